//! What a report over a return path means for its message, and for the address it was written to.

use winner_notification_core::mail::bounce::{Kind, Status};

use super::message::Receipt;
use super::reason::Reason;

/// So many mails in a row that came back for a reason that may pass are enough.
const IN_A_ROW: usize = 3;
/// So many of an address's latest mails are looked at.
pub const LATEST: i64 = 20;

/// What the message hears of it.
pub fn receipt(kind: Kind, status: Option<Status>) -> Option<Receipt> {
    Some(match kind {
        Kind::Hard => Receipt::Lost(Reason::MailboxUnknown),
        Kind::Soft => Receipt::Lost(match status {
            Some(Status {
                subject: 2,
                detail: 2 | 3,
                ..
            }) => Reason::MailboxFull,
            _ => Reason::Returned,
        }),
        // Nobody complains of what they did not get.
        Kind::Delivered | Kind::Complaint => Receipt::Delivered,
        Kind::Delayed | Kind::Relayed => Receipt::Accepted,
        Kind::NotABounce => return None,
    })
}

/// Why nothing more is written to the address; `None` where that goes on. `softly`: of the latest mails
/// to it, newest first, whether each came back for a reason that may pass.
pub fn suppression(kind: Kind, softly: &[bool]) -> Option<Reason> {
    match kind {
        Kind::Hard => Some(Reason::AddressBounced),
        Kind::Complaint => Some(Reason::Complaint),
        Kind::Soft => softly
            .windows(IN_A_ROW)
            .any(|row| row.iter().all(|soft| *soft))
            .then_some(Reason::AddressBounced),
        Kind::Delayed | Kind::Delivered | Kind::Relayed | Kind::NotABounce => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_mailbox_and_a_complaint_end_it_at_once() {
        assert_eq!(suppression(Kind::Hard, &[]), Some(Reason::AddressBounced));
        assert_eq!(suppression(Kind::Complaint, &[]), Some(Reason::Complaint));
    }

    #[test]
    fn what_may_pass_ends_it_when_it_came_three_times_in_a_row() {
        let told = |softly: &[bool]| suppression(Kind::Soft, softly).is_some();
        assert!(!told(&[true, true]));
        assert!(!told(&[true, true, false, true]));
        assert!(told(&[true, true, true]));
        assert!(
            told(&[false, true, true, true, false]),
            "a later mail is still on its way"
        );
    }

    #[test]
    fn what_is_still_tried_or_arrived_ends_nothing() {
        for kind in [
            Kind::Delayed,
            Kind::Delivered,
            Kind::Relayed,
            Kind::NotABounce,
        ] {
            assert_eq!(suppression(kind, &[true; 5]), None);
        }
        assert_eq!(receipt(Kind::NotABounce, None), None);
    }

    #[test]
    fn a_full_mailbox_is_told_from_other_reasons() {
        let full = Status {
            class: 5,
            subject: 2,
            detail: 2,
        };
        assert_eq!(
            receipt(Kind::Soft, Some(full)),
            Some(Receipt::Lost(Reason::MailboxFull))
        );
        assert_eq!(
            receipt(Kind::Soft, None),
            Some(Receipt::Lost(Reason::Returned))
        );
    }
}
