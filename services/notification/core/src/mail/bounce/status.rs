//! The codes of a report: what was done (RFC 3464, 2.3.3) and why (RFC 3463).

/// What the reporting server did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Gave up.
    Failed,
    /// Goes on trying.
    Delayed,
    /// Put it into the mailbox.
    Delivered,
    /// Gave it to a server that tells no more.
    Relayed,
    /// Gave it to several mailboxes, and tells no more.
    Expanded,
}

impl Action {
    /// Reads the field's first word.
    pub(super) fn read(text: &str) -> Option<Self> {
        let word = text.split(|c: char| !c.is_ascii_alphabetic()).next()?;
        Some(match word.to_ascii_lowercase().as_str() {
            "failed" => Self::Failed,
            "delayed" => Self::Delayed,
            "delivered" => Self::Delivered,
            "relayed" => Self::Relayed,
            "expanded" => Self::Expanded,
            _ => return None,
        })
    }

    /// Its name in the field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// A code `class.subject.detail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// 2 done, 4 for now, 5 for good.
    pub class: u8,
    /// What it is about.
    pub subject: u16,
    /// ... more closely.
    pub detail: u16,
}

impl Status {
    /// Reads a code at the beginning of a text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(text.len());
        let mut numbers = text.get(..end)?.split('.');
        let mut next = || -> Option<u16> {
            let digits = numbers.next()?;
            (digits.len() <= 3).then(|| digits.parse().ok())?
        };
        let (class, subject, detail) = (next()?, next()?, next()?);
        if !matches!(class, 2 | 4 | 5) || numbers.next().is_some() {
            return None;
        }
        Some(Self {
            class: u8::try_from(class).ok()?,
            subject,
            detail,
        })
    }

    /// It says nothing but its class.
    const fn is_vague(self) -> bool {
        self.subject == 0 && self.detail == 0
    }

    /// The mailbox, or its whole domain, does not exist or takes no mail.
    ///
    /// What is full, too long, not liked, or out of reach for now is not the mailbox's end: a policy
    /// that dislikes us today (5.7.1) would else cost everybody's address at that provider.
    pub(super) const fn condemns_the_mailbox(self) -> bool {
        self.class == 5
            && matches!(
                (self.subject, self.detail),
                // Nothing more is said: a server that gave up for good is believed.
                (0, _)
                // Addresses; but 7 and 8 are about the sender's.
                | (1, 0..=6 | 9..)
                // The mailbox: something, switched off, moved away without notice.
                | (2, 0 | 1)
                // No route: Postfix says so of domains that do not exist.
                | (4, 4)
            )
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// The code of a report: the field's, or where that is vague, the one in the words of the server that
/// refused (`smtp; 550 5.1.1 no such user`), or its reply code as a class.
pub(super) fn most_telling(field: Option<&str>, diagnostic: Option<&str>) -> Option<Status> {
    let field = field.and_then(Status::read);
    if let Some(status) = field.filter(|status| !status.is_vague()) {
        return Some(status);
    }
    diagnostic.and_then(from_words).or(field)
}

fn from_words(diagnostic: &str) -> Option<Status> {
    let words = diagnostic
        .split_once(';')
        .map_or(diagnostic, |(_, words)| words);
    let mut words = words
        .split([' ', '\t', '-'])
        .filter(|word| !word.is_empty());
    let reply = words.next()?;
    if reply.len() != 3 || !reply.bytes().all(|byte| byte.is_ascii_digit()) {
        return Status::read(reply);
    }
    words.next().and_then(Status::read).or_else(|| {
        let class = reply.as_bytes().first()? - b'0';
        matches!(class, 4 | 5).then_some(Status {
            class,
            subject: 0,
            detail: 0,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Status {
        Status::read(text).unwrap()
    }

    #[test]
    fn a_code_is_three_numbers() {
        assert_eq!(status(" 5.1.1 (no such user)").to_string(), "5.1.1");
        assert_eq!(status("4.4.7").class, 4);
        for nonsense in [
            "", "5", "5.1", "5.1.1.1", "6.1.1", "5.1111.1", "5..1", "a.b.c", "5.-1.1",
        ] {
            assert_eq!(Status::read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn only_what_is_the_mailbox_s_own_end_condemns_it() {
        for hard in ["5.0.0", "5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.4"] {
            assert!(status(hard).condemns_the_mailbox(), "{hard}");
        }
        for soft in [
            "4.1.1", "5.2.2", "5.3.4", "5.4.7", "5.7.1", "5.1.8", "5.6.0", "5.2.3",
        ] {
            assert!(!status(soft).condemns_the_mailbox(), "{soft}");
        }
    }

    #[test]
    fn a_vague_code_is_made_clear_by_the_server_s_words() {
        let told = |field, words| most_telling(field, words).map(|status| status.to_string());
        assert_eq!(
            told(Some("5.0.0"), Some("smtp; 550 5.2.2 full")).unwrap(),
            "5.2.2"
        );
        assert_eq!(
            told(Some("5.0.0"), Some("smtp; 550-5.7.1 no")).unwrap(),
            "5.7.1"
        );
        assert_eq!(told(None, Some("smtp;550 no such user")).unwrap(), "5.0.0");
        assert_eq!(
            told(Some("5.1.1"), Some("smtp; 552 5.2.2 x")).unwrap(),
            "5.1.1"
        );
        assert_eq!(told(None, Some("x-unix; 67")), None);
        assert_eq!(told(None, None), None);
    }
}
