//! Why a message stands where it stands, as codes that name nobody.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $code:literal),* $(,)?) => {
        /// Why a message is held, waits, failed or is unknown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name),* }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as stored, shown and published.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// Reads a stored code; `None` for one that a newer version wrote.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// The edition's delivery mode keeps messages back.
    DeliveryMode => "delivery_mode",
    /// The recipient has no address, was erased, or the invitation is gone.
    NoContact => "no_contact",
    /// The contact could not be asked for.
    ContactsUnavailable => "contacts_unavailable",
    /// The address cannot be written into an envelope.
    AddressInvalid => "address_invalid",
    /// A test edition writes to reserved addresses only.
    TestEdition => "test_edition",
    /// The message could not be written from its template.
    NotRenderable => "not_renderable",
    /// The relay could not be reached.
    RelayUnreachable => "relay_unreachable",
    /// The relay offers no encryption, or not one that can be trusted.
    EncryptionRefused => "encryption_refused",
    /// The relay did not accept our credentials.
    CredentialsRefused => "credentials_refused",
    /// The relay does not take mail from our sender address.
    SenderRefused => "sender_refused",
    /// The relay does not take mail for this recipient.
    RecipientRefused => "recipient_refused",
    /// The relay does not take this message.
    MessageRefused => "message_refused",
    /// The relay asked to come back later.
    Deferred => "deferred",
    /// The connection ended before the point of no return.
    ConnectionLost => "connection_lost",
    /// The relay was silent before the point of no return.
    TimedOut => "timed_out",
    /// The sender did not report before its lease ran out, and had not crossed the point of no return.
    LeaseLapsed => "lease_lapsed",
    /// The connection ended after the point of no return, without an answer.
    AnswerLost => "answer_lost",
    /// The relay was silent after the point of no return.
    AnswerTimedOut => "answer_timed_out",
    /// There was an answer after the point of no return, and nobody can say what it means.
    AnswerUnclear => "answer_unclear",
    /// The sender crossed the point of no return and never reported.
    SenderLost => "sender_lost",
    /// Tried for as long as patience lasts.
    GaveUp => "gave_up",
    /// Too late to be of use to its reader.
    TooLate => "too_late",
    /// It came back: there is no such mailbox or subscriber.
    MailboxUnknown => "mailbox_unknown",
    /// It came back: the mailbox is full, or the mail too large for it.
    MailboxFull => "mailbox_full",
    /// It came back, for a reason of the receiving side's.
    Returned => "returned",
    /// Nothing is sent to this address: an earlier message came back.
    AddressBounced => "address_bounced",
    /// Nothing is sent to this address: its reader complained.
    Complaint => "complaint",
    /// Its reader wants no such messages.
    Unsubscribed => "unsubscribed",
    /// The number is not one that we may send to.
    NumberRefused => "number_refused",
    /// A cap on messages, numbers or cost keeps it back.
    Capped => "capped",
    /// It waits for the hours in which its recipient may be written to.
    QuietHours => "quiet_hours",
    /// The sender or the text is not registered with the operators.
    NotRegistered => "not_registered",
    /// A gateway refused it.
    GatewayRefused => "gateway_refused",
    /// Another channel takes it over.
    OtherChannel => "other_channel",
    /// Settled by an organiser.
    Organiser => "organiser",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_as_its_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(Reason::from_code("from_the_future"), None);
    }
}
