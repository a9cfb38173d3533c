//! The commands that are known, read from a line.

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command<'a> {
    /// A greeting.
    Lhlo,
    /// A greeting of another protocol.
    OtherGreeting,
    /// A sender; which, is of no interest.
    Mail,
    /// A recipient.
    Rcpt(&'a str),
    /// The content follows.
    Data,
    /// Everything said of a message is forgotten.
    Rset,
    /// Nothing.
    Noop,
    /// The end.
    Quit,
    /// Known, but not so.
    Malformed,
    /// Not known.
    Unknown,
}

/// Reads a line without its end.
pub(super) fn read(line: &str) -> Command<'_> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    match verb.to_ascii_uppercase().as_str() {
        "LHLO" if rest.is_empty() => Command::Malformed,
        "LHLO" => Command::Lhlo,
        "HELO" | "EHLO" => Command::OtherGreeting,
        "MAIL" => path(rest, "FROM:").map_or(Command::Malformed, |_| Command::Mail),
        "RCPT" => path(rest, "TO:").map_or(Command::Malformed, Command::Rcpt),
        "DATA" if rest.is_empty() => Command::Data,
        "RSET" if rest.is_empty() => Command::Rset,
        "QUIT" if rest.is_empty() => Command::Quit,
        "DATA" | "RSET" | "QUIT" => Command::Malformed,
        "NOOP" => Command::Noop,
        _ => Command::Unknown,
    }
}

/// What stands in angle brackets behind `name`; parameters may follow and say nothing to us.
fn path<'a>(rest: &'a str, name: &str) -> Option<&'a str> {
    let begins = rest.get(..name.len())?;
    let rest = rest.get(name.len()..)?.trim_start();
    let (path, parameters) = rest.strip_prefix('<')?.split_once('>')?;
    let separate = parameters.is_empty() || parameters.starts_with(' ');
    (begins.eq_ignore_ascii_case(name) && separate).then_some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_are_read_in_either_case() {
        assert_eq!(read("lhlo mta.test"), Command::Lhlo);
        assert_eq!(read("MAIL FROM:<>"), Command::Mail);
        assert_eq!(
            read("mail from: <a@b.test> BODY=8BITMIME SIZE=1"),
            Command::Mail
        );
        assert_eq!(
            read("RCPT TO:<b+x@bounces.test> ORCPT=rfc822;y"),
            Command::Rcpt("b+x@bounces.test")
        );
        assert_eq!(read("DATA"), Command::Data);
        assert_eq!(read("noop anything"), Command::Noop);
    }

    #[test]
    fn what_is_not_quite_a_command_is_told_from_what_is_none() {
        for line in [
            "LHLO",
            "MAIL",
            "MAIL FROM:a@b",
            "RCPT TO:<a@b",
            "RCPT TO:<a>x",
            "DATA x",
        ] {
            assert_eq!(read(line), Command::Malformed, "{line}");
        }
        for line in ["", "VRFY a", "BDAT 1", "STARTTLS", "\u{7f}"] {
            assert_eq!(read(line), Command::Unknown, "{line}");
        }
        assert_eq!(read("EHLO a"), Command::OtherGreeting);
    }

    proptest! {
        #[test]
        fn no_line_is_too_strange(line in any::<String>()) {
            let _command = read(&line);
            let _command = read(&format!("RCPT {line}"));
        }
    }
}
