//! What came back over a mail's return path: a delivery status notification (RFC 3464), a complaint
//! (RFC 5965), or something else.
//!
//! Whoever sends it is a stranger. So little is read and nothing is trusted: which message it is about
//! says the address that it came to, never its text; of a report only the outermost level is looked
//! at, only its first 64 KiB of fields, and no address in it is kept. Whatever the bytes, [`read`]
//! answers, in time and memory that grow no faster than they do.

mod fields;
mod parts;
mod status;

pub use status::{Action, Status};

use fields::Block;

/// What a server, or a person, tells about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The mailbox does not exist or takes no mail; the next message would fare no better.
    Hard,
    /// It was not delivered, for a reason that may pass: a full mailbox, a policy, a network.
    Soft,
    /// It is not delivered yet; the server goes on trying.
    Delayed,
    /// It is in the mailbox.
    Delivered,
    /// It went on to a server that tells no more.
    Relayed,
    /// Its reader calls it unwanted.
    Complaint,
    /// Something else: an answer of a robot or of a person, or nonsense.
    NotABounce,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// What it tells.
    pub kind: Kind,
    /// What the server did (RFC 3464, 2.3.3); `None` where the report does not say.
    pub action: Option<Action>,
    /// Its code (RFC 3463); `None` where the report does not say.
    pub status: Option<Status>,
    /// Addresses of ours that the original message had, as its complaint shows them. Only a token
    /// that is ours may be believed. At most a few.
    pub original_addresses: Vec<String>,
}

impl Bounce {
    const NONE: Self = Self {
        kind: Kind::NotABounce,
        action: None,
        status: None,
        original_addresses: Vec::new(),
    };
}

/// Reads what came back.
pub fn read(message: &[u8]) -> Bounce {
    let parts = parts::of(message);
    if let Some(part) = parts.find("message/feedback-report") {
        return complaint(&fields::blocks(&part), &parts);
    }
    match parts
        .find("message/delivery-status")
        .or_else(|| parts.find("message/global-delivery-status"))
    {
        Some(part) => notification(&fields::blocks(&part)),
        None => Bounce::NONE,
    }
}

/// A report per recipient. Behind one address there may be several people; the best that is said of one
/// of them counts, so that an address is not given up while somebody reads there.
fn notification(blocks: &[Block]) -> Bounce {
    blocks
        .iter()
        .filter_map(recipient)
        .min_by_key(|bounce| match bounce.kind {
            Kind::Delivered => 0,
            Kind::Relayed => 1,
            Kind::Delayed => 2,
            Kind::Soft => 3,
            _ => 4,
        })
        .unwrap_or(Bounce::NONE)
}

fn recipient(block: &Block) -> Option<Bounce> {
    let action = block.get("action").and_then(Action::read)?;
    let status = status::most_telling(block.get("status"), block.get("diagnostic-code"));
    let kind = match action {
        Action::Failed if status.is_some_and(Status::condemns_the_mailbox) => Kind::Hard,
        Action::Failed => Kind::Soft,
        Action::Delayed => Kind::Delayed,
        Action::Delivered => Kind::Delivered,
        Action::Relayed | Action::Expanded => Kind::Relayed,
    };
    Some(Bounce {
        kind,
        action: Some(action),
        status,
        original_addresses: Vec::new(),
    })
}

/// A report by somebody who reads mail. Only those count that say "I do not want this": a report that
/// a signature failed, or that a message was wanted after all, is none.
fn complaint(blocks: &[Block], parts: &parts::Parts<'_>) -> Bounce {
    let field = |name| blocks.iter().find_map(|block| block.get(name));
    let kind = match field("feedback-type")
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        Some(
            "abuse" | "fraud" | "virus" | "other" | "opt-out" | "opt-out-list" | "miscategorized",
        ) => Kind::Complaint,
        _ => return Bounce::NONE,
    };
    let mut original_addresses: Vec<String> = field("original-mail-from")
        .map(addresses)
        .unwrap_or_default();
    for name in [
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
    ] {
        let Some(original) = parts.find(name) else {
            continue;
        };
        let headers = fields::header(&original);
        for name in ["return-path", "list-unsubscribe"] {
            original_addresses.extend(headers.get(name).map(addresses).unwrap_or_default());
        }
    }
    original_addresses.truncate(ADDRESSES);
    Bounce {
        kind,
        original_addresses,
        ..Bounce::NONE
    }
}

/// A complaint is looked at for this many addresses.
const ADDRESSES: usize = 8;

/// What stands in angle brackets, or everything where there are none; without `mailto:`.
fn addresses(text: &str) -> Vec<String> {
    let text = text.get(..2_000).unwrap_or(text);
    let bracketed: Vec<&str> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(inside, _)| inside))
        .collect();
    let found = if bracketed.is_empty() {
        vec![text]
    } else {
        bracketed
    };
    found
        .into_iter()
        .map(|address| {
            let address = address.trim();
            let address = address.strip_prefix("mailto:").unwrap_or(address);
            address.split('?').next().unwrap_or(address).to_owned()
        })
        .filter(|address| address.contains('@'))
        .take(ADDRESSES)
        .collect()
}

#[cfg(test)]
mod tests;
