//! Headers that `lettre` does not know.

use std::error::Error;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use uuid::Uuid;

type Unread<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// `X-Winner-Message`: the message's id, for operators and tests.
#[derive(Debug, Clone)]
pub(super) struct WinnerMessage(pub(super) Uuid);

impl Header for WinnerMessage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Winner-Message")
    }

    fn parse(text: &str) -> Unread<Self> {
        Ok(Self(text.parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_string())
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no robot should answer.
#[derive(Debug, Clone)]
pub(super) struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Unread<Self> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// How a mail's reader stops such mails. Both are made of tokens, never of what somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaving {
    /// The link that takes one click; `None` where nothing of ours answers to it.
    pub link: Option<String>,
    /// The address to write to; `None` where nothing of ours takes it.
    pub mailbox: Option<String>,
}

/// `List-Unsubscribe` (RFC 2369): the link first, then the address.
#[derive(Debug, Clone)]
pub(super) struct ListUnsubscribe(String);

impl ListUnsubscribe {
    pub(super) fn of(leaving: &Leaving) -> Self {
        let link = leaving.link.as_ref().map(|link| format!("<{link}>"));
        let mailbox = leaving
            .mailbox
            .as_ref()
            .map(|address| format!("<mailto:{address}>"));
        let ways: Vec<String> = link.into_iter().chain(mailbox).collect();
        Self(ways.join(",\r\n "))
    }
}

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Unread<Self> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        // Folded by us: readers of this header want each address on one line.
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
    }
}

/// `List-Unsubscribe-Post` (RFC 8058): a mail program may use the link without asking its reader twice.
#[derive(Debug, Clone)]
pub(super) struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Unread<Self> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}
