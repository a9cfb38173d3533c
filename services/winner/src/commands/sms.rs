//! `winner sms check`: what becomes of a text on its way into an SMS.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use winner_notification_core::sms::plain::{Plain, plain};
use winner_notification_core::sms::segments::{Alphabet, cut};

/// What to do about SMS.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Shows what a text becomes: the alphabet, how many SMS, and what is lost.
    Check(Check),
}

/// The text.
#[derive(Args, Debug)]
pub struct Check {
    /// The text; read from standard input where absent.
    text: Option<String>,
}

/// Checks a text. Exits with 1 when it needs more than one SMS, or loses something that readers would
/// miss.
///
/// # Errors
/// When the text cannot be read, or the answer not written.
pub fn run(action: Action) -> anyhow::Result<ExitCode> {
    let Action::Check(Check { text }) = action;
    let text = match text {
        Some(text) => text,
        None => read()?,
    };
    let (report, good) = report(&text);
    io::stdout()
        .write_all(report.as_bytes())
        .context("the answer cannot be written")?;
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        eprintln!("Type the text and end it with Ctrl-D:");
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .context("the text cannot be read")?;
    Ok(text)
}

/// What is said of a text, and whether it goes as one SMS without loss.
fn report(text: &str) -> (String, bool) {
    let sent = plain(text);
    let parts = |text: &str| match cut(text) {
        Ok(segments) => (
            segments.parts.len(),
            format!(
                "{} in {}, {} of {} {}",
                count(segments.parts.len()),
                segments.alphabet.name(),
                segments.units,
                room(segments.alphabet, segments.parts.len()),
                match segments.alphabet {
                    Alphabet::Gsm7 => "septets",
                    Alphabet::Ucs2 => "characters",
                },
            ),
        ),
        Err(too_long) => (too_long.parts, too_long.to_string()),
    };
    let (needed, how) = parts(&sent.text);
    let mut lines = vec![
        format!("text     {}", sent.text.replace('\n', "\n         ")),
        format!("needs    {how}"),
    ];
    if sent.text != text.trim() {
        lines.push(format!("as typed {}", parts(text).1));
    }
    lines.extend(losses(&sent));
    if needed > 1 {
        lines.push("Too long: Indonesian networks do not promise to join several SMS.".to_owned());
    }
    if !sent.is_faithful() {
        lines.push("Readers would miss something: write it otherwise.".to_owned());
    }
    lines.push(String::new());
    (lines.join("\n"), needed == 1 && sent.is_faithful())
}

fn losses(sent: &Plain) -> Vec<String> {
    let mut lines = Vec::new();
    for (from, to) in &sent.replaced {
        lines.push(format!(
            "replaced {from:?} (U+{:04X}) by {to:?}",
            u32::from(*from)
        ));
    }
    for (word, list) in [("dropped ", &sent.dropped), ("lost    ", &sent.lost)] {
        for character in list {
            lines.push(format!(
                "{word} {character:?} (U+{:04X})",
                u32::from(*character)
            ));
        }
    }
    lines
}

fn count(parts: usize) -> String {
    match parts {
        1 => "one SMS".to_owned(),
        many => format!("{many} SMS"),
    }
}

const fn room(alphabet: Alphabet, parts: usize) -> usize {
    match parts {
        1 => alphabet.alone(),
        many => many * alphabet.joined(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_good() {
        let (said, good) =
            report("WiNNER: proposal Anda lolos tahap 2. https://winner.test/s/a1b2");
        assert!(good);
        insta::assert_snapshot!(said, @r"
        text     WiNNER: proposal Anda lolos tahap 2. https://winner.test/s/a1b2
        needs    one SMS in GSM-7, 63 of 160 septets
        ");
    }

    #[test]
    fn what_is_replaced_or_lost_is_told_with_what_it_would_have_cost() {
        let (said, good) = report("WiNNER \u{2013} \u{201c}selamat\u{201d} \u{1f389} Ж {50}");
        assert!(!good);
        insta::assert_snapshot!(said);
    }

    #[test]
    fn a_text_of_two_sms_is_not_good() {
        let (said, good) = report(&"Selamat! ".repeat(20));
        assert!(
            !good && said.contains("2 SMS in GSM-7, 179 of 306 septets"),
            "{said}"
        );
    }
}
