use proptest::prelude::*;

use super::*;

const OFFERED: Offered = Offered {
    message_id: Uuid::from_u128(7),
    attempt: 1,
};

fn keys(lines: &[(u8, &str)]) -> SealingKeys {
    let lines: Vec<String> = lines
        .iter()
        .map(|(number, pair)| format!("{number} {}", pair.repeat(32)))
        .collect();
    SealingKeys::read(&lines.join("\n")).unwrap()
}

#[test]
fn what_is_sealed_shows_nothing_of_the_body() {
    let body = b"To: Ani <ani@contoh.test>";
    let sealed = keys(&[(1, "a1")])
        .seal(&OFFERED.bound(), [1; 12], body)
        .unwrap();
    assert_eq!(sealed.bytes.len(), body.len() + 16);
    assert!(!sealed.bytes.windows(4).any(|bytes| bytes == b"ani@"));
    assert_eq!(format!("{sealed:?}"), "Sealed(41 bytes, key 1)");
}

#[test]
fn bodies_of_an_older_key_still_open_and_new_ones_take_the_new_key() {
    let before = keys(&[(1, "a1")]);
    let sealed = before.seal(&OFFERED.bound(), [1; 12], b"Halo").unwrap();
    let after = keys(&[(2, "b2"), (1, "a1")]);
    assert_eq!(
        after.open(&OFFERED.bound(), sealed.clone()).unwrap(),
        b"Halo"
    );
    assert_eq!(
        after.seal(&OFFERED.bound(), [2; 12], b"Halo").unwrap().key,
        2
    );
    let later = keys(&[(2, "b2")]);
    assert_eq!(
        later.open(&OFFERED.bound(), sealed),
        Err(OpenError::NoKey(1))
    );
}

#[test]
fn a_key_of_the_same_number_that_is_another_does_not_open() {
    let sealed = keys(&[(1, "a1")])
        .seal(&OFFERED.bound(), [1; 12], b"Halo")
        .unwrap();
    let other = keys(&[(1, "c3")]);
    assert_eq!(
        other.open(&OFFERED.bound(), sealed),
        Err(OpenError::NotGenuine)
    );
}

#[test]
fn a_body_moved_to_another_message_or_attempt_does_not_open() {
    let keys = keys(&[(1, "a1")]);
    let sealed = keys.seal(&OFFERED.bound(), [1; 12], b"Halo").unwrap();
    for elsewhere in [
        Offered {
            message_id: Uuid::from_u128(8),
            ..OFFERED
        },
        Offered {
            attempt: 2,
            ..OFFERED
        },
    ] {
        let opened = keys.open(&elsewhere.bound(), sealed.clone());
        assert_eq!(opened, Err(OpenError::NotGenuine));
    }
}

proptest! {
    #[test]
    fn what_was_sealed_opens_as_it_was(body: Vec<u8>, once: Once, attempt: u32) {
        let keys = keys(&[(9, "d4")]);
        let offered = Offered { attempt, ..OFFERED };
        let sealed = keys.seal(&offered.bound(), once, &body).unwrap();
        prop_assert_eq!(keys.open(&offered.bound(), sealed).unwrap(), body);
    }

    #[test]
    fn one_changed_bit_is_noticed(body: Vec<u8>, once: Once, place: prop::sample::Index, bit in 0_u8..8) {
        let keys = keys(&[(9, "d4")]);
        let mut sealed = keys.seal(&OFFERED.bound(), once, &body).unwrap();
        let place = place.index(sealed.bytes.len());
        sealed.bytes[place] ^= 1 << bit;
        prop_assert_eq!(keys.open(&OFFERED.bound(), sealed), Err(OpenError::NotGenuine));
    }

    #[test]
    fn an_arbitrary_row_is_refused_and_nothing_worse(key: u8, once: Once, bytes: Vec<u8>) {
        let keys = keys(&[(9, "d4")]);
        let row = Sealed { key, once, bytes };
        prop_assert!(keys.open(&OFFERED.bound(), row).is_err());
    }
}
