//! Receipts as providers tell them: about a message by our id of it, or by theirs.

use uuid::Uuid;

use super::channel::Channel;
use super::message::Receipt;

/// The longest provider's id, in characters.
const LONGEST: usize = 200;

/// A provider's own id of a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

impl ProviderId {
    /// Reads one; `None` for what is no id: nothing, something endless, or with control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_id = !text.is_empty()
            && text.chars().count() <= LONGEST
            && !text.chars().any(char::is_control);
        is_id.then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which message a receipt names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// By our id.
    Message(Uuid),
    /// By the provider's.
    Provider(ProviderId),
}

/// A receipt. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Over which channel the message went.
    pub channel: Channel,
    /// Which message it was.
    pub of: Named,
    /// What became of it.
    pub receipt: Receipt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_names_nothing() {
        assert_eq!(ProviderId::parse(" SM-1 ").unwrap().as_str(), "SM-1");
        for text in ["", " ", "a\0b", "a\nb", &"x".repeat(201)] {
            assert_eq!(ProviderId::parse(text), None, "{text:?}");
        }
    }
}
