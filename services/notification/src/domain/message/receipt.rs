//! What a receipt changes. Receipts come twice, out of order and late, so what is known only grows: a
//! message that arrived has arrived, and one that came back has come back.

use super::{Bounced, Receipt, Sent, State};

impl State {
    /// Takes a receipt.
    ///
    /// # Errors
    /// The state, unchanged, when the receipt tells nothing new, or the message is still in a sender's
    /// hands: the receipt is kept, and looked at again when the sender has reported.
    pub fn receive(self, receipt: Receipt) -> Result<Self, Self> {
        match (self, receipt) {
            (Self::Unknown(_) | Self::Sent(_), Receipt::Delivered) => Ok(Self::Delivered),
            (Self::Unknown(_) | Self::Sent(_), Receipt::Lost(reason)) => {
                Ok(Self::Bounced(Bounced { reason }))
            }
            // It had gone out after all.
            (Self::Unknown(_), Receipt::Accepted) => Ok(Self::Sent(Sent { status_code: None })),
            (state, _) => Err(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Fence, Queued, Unknown};
    use crate::domain::reason::Reason;

    const LOST: Receipt = Receipt::Lost(Reason::MailboxUnknown);

    fn unknown() -> State {
        State::Unknown(Unknown {
            attempt: 1,
            fence: Fence(1),
            reason: Reason::AnswerLost,
        })
    }

    #[test]
    fn a_late_receipt_settles_what_was_unknown() {
        assert_eq!(unknown().receive(Receipt::Delivered), Ok(State::Delivered));
        assert!(matches!(
            unknown().receive(Receipt::Accepted),
            Ok(State::Sent(_))
        ));
        assert!(matches!(unknown().receive(LOST), Ok(State::Bounced(_))));
    }

    #[test]
    fn receipts_in_any_order_only_add_to_what_is_known() {
        let bounced = State::Bounced(Bounced {
            reason: Reason::MailboxUnknown,
        });
        for settled in [State::Delivered, bounced] {
            for receipt in [Receipt::Accepted, Receipt::Delivered, LOST] {
                assert_eq!(settled.clone().receive(receipt), Err(settled.clone()));
            }
        }
    }

    #[test]
    fn a_receipt_that_overtakes_the_answer_changes_nothing_yet() {
        let claimed = State::Claimed(Queued::new().claim(Fence(1)));
        assert_eq!(claimed.clone().receive(Receipt::Delivered), Err(claimed));
    }
}
