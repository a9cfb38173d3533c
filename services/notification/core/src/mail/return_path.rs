//! Addresses that say which message they are about: `b+TOKEN@bounces.example` is where a mail's bounces
//! go (a variable envelope return path), `u+TOKEN@bounces.example` is where one leaves by mail.
//!
//! A token is the key's number, the message's id and ten bytes of an HMAC over both and the kind, in
//! base 32: 44 letters, so that the whole local part is below the 64 of RFC 5321, 4.5.3.1.1, and
//! survives servers that change its case. Nobody can make one for a message that they did not get.

use uuid::Uuid;

use super::base32;
use super::keys::TokenKeys;

/// The bytes of a tag: 80 bits, guessed one mail at a time.
const TAG: usize = 10;
/// A token's bytes: key, message, tag.
const TOKEN: usize = 1 + 16 + TAG;
/// ... and its letters.
const LETTERS: usize = (TOKEN * 8).div_ceil(5);

/// What an address of ours is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postbox {
    /// What servers say about a message goes here.
    Bounces,
    /// Whoever writes here wants no more messages of this kind.
    Unsubscribe,
}

impl Postbox {
    const fn letter(self) -> char {
        match self {
            Self::Bounces => 'b',
            Self::Unsubscribe => 'u',
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Bounces => "return-path.v1",
            Self::Unsubscribe => "leave.v1",
        }
    }
}

/// The part before the `@` of the address about `message`.
pub fn local_part(keys: &TokenKeys, postbox: Postbox, message: Uuid) -> Option<String> {
    let mut token = Vec::with_capacity(TOKEN);
    token.push(keys.current());
    token.extend_from_slice(message.as_bytes());
    let tag = keys.tag::<TAG>(keys.current(), postbox.label(), &token)?;
    token.extend_from_slice(&tag);
    Some(format!("{}+{}", postbox.letter(), base32::encode(&token)))
}

/// Which message an address is about; `None` for every address that we did not make.
pub fn read(keys: &TokenKeys, local_part: &str) -> Option<(Postbox, Uuid)> {
    let (letter, text) = local_part.split_once('+')?;
    let postbox = match letter {
        "b" | "B" => Postbox::Bounces,
        "u" | "U" => Postbox::Unsubscribe,
        _ => return None,
    };
    if text.len() != LETTERS {
        return None;
    }
    let token = base32::decode(text)?;
    let (body, tag) = token.split_at_checked(TOKEN - TAG)?;
    let (number, message) = body.split_first()?;
    if !keys.is_tag(*number, postbox.label(), body, tag) {
        return None;
    }
    Some((postbox, Uuid::from_slice(message).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::keys::sample;
    use super::*;

    const MESSAGE: Uuid = Uuid::from_u128(0x0193_5b1f_7c00_7000_8000_0123_4567_89ab);

    #[test]
    fn an_address_says_which_message_it_is_about_in_either_case() {
        for postbox in [Postbox::Bounces, Postbox::Unsubscribe] {
            let local = local_part(&sample(), postbox, MESSAGE).unwrap();
            assert!(local.len() <= 64, "{local}");
            assert_eq!(read(&sample(), &local), Some((postbox, MESSAGE)));
            let shouted = local.to_uppercase();
            assert_eq!(read(&sample(), &shouted), Some((postbox, MESSAGE)));
        }
    }

    #[test]
    fn leaving_cannot_be_made_of_a_return_path() {
        let local = local_part(&sample(), Postbox::Bounces, MESSAGE).unwrap();
        assert_eq!(read(&sample(), &local.replacen('b', "u", 1)), None);
    }

    #[test]
    fn a_key_that_was_taken_away_is_not_believed_any_more() {
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let before = TokenKeys::read(&format!("1 {old}")).unwrap();
        let local = local_part(&before, Postbox::Bounces, MESSAGE).unwrap();
        let during = TokenKeys::read(&format!("2 {new}\n1 {old}")).unwrap();
        assert!(read(&during, &local).is_some());
        let after = TokenKeys::read(&format!("2 {new}")).unwrap();
        assert_eq!(read(&after, &local), None);
        let same_number = TokenKeys::read(&format!("1 {new}")).unwrap();
        assert_eq!(read(&same_number, &local), None);
    }

    proptest! {
        #[test]
        fn one_letter_changed_is_no_address_of_ours(at in 2_usize..46, to in "[a-z2-7]") {
            let local = local_part(&sample(), Postbox::Bounces, MESSAGE).unwrap();
            let mut forged = local.clone();
            forged.replace_range(at..=at, &to);
            prop_assume!(forged != local);
            prop_assert_eq!(read(&sample(), &forged), None);
        }

        #[test]
        fn nothing_that_strangers_write_is_read(local in any::<String>(), long in "[bu]\\+[a-z2-7]{0,200}") {
            prop_assert_eq!(read(&sample(), &local), None);
            prop_assert_eq!(read(&sample(), &long), None);
        }
    }
}
