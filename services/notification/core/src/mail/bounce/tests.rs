//! Reports as servers write them, and as strangers might.

use proptest::prelude::*;

use super::*;

/// A report of Postfix, as it came.
const POSTFIX: &str = include_str!("../../../samples/postfix-5.1.1.eml");

fn report(fields: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mta.test\r\nSubject: Undelivered\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"=_b\"\r\n\r\n\
         --=_b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --=_b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mta.test\r\n\r\n{fields}\r\n\
         --=_b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Halo\r\n--=_b--\r\n"
    )
    .into_bytes()
}

fn complaint(fields: &str, original: &str) -> Vec<u8> {
    format!(
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n\
         --b\nContent-Type: message/feedback-report\n\n{fields}\n\
         --b\nContent-Type: message/rfc822\n\n{original}\n\nIsi\n--b--\n"
    )
    .into_bytes()
}

fn kind(fields: &str) -> Kind {
    read(&report(fields)).kind
}

#[test]
fn a_report_of_postfix_is_a_hard_bounce() {
    let bounce = read(POSTFIX.as_bytes());
    assert_eq!(bounce.kind, Kind::Hard);
    assert_eq!(bounce.action, Some(Action::Failed));
    assert_eq!(bounce.status.unwrap().to_string(), "5.1.1");
}

#[test]
fn a_code_decides_between_hard_and_soft() {
    assert_eq!(kind("Action: failed\r\nStatus: 5.1.1"), Kind::Hard);
    assert_eq!(kind("Action: failed\r\nStatus: 5.2.2"), Kind::Soft);
    assert_eq!(kind("Action: failed\r\nStatus: 4.4.7"), Kind::Soft);
    assert_eq!(kind("Action: failed"), Kind::Soft);
    assert_eq!(
        kind(
            "Action: failed (why)\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp;\r\n 550 5.7.1 policy"
        ),
        Kind::Soft
    );
}

#[test]
fn what_is_no_failure_is_none() {
    assert_eq!(kind("Action: delayed\r\nStatus: 4.4.1"), Kind::Delayed);
    assert_eq!(kind("ACTION: Delivered\r\nStatus: 2.0.0"), Kind::Delivered);
    assert_eq!(kind("Action: relayed\r\nStatus: 2.1.9"), Kind::Relayed);
    assert_eq!(kind("Action: exploded\r\nStatus: 5.1.1"), Kind::NotABounce);
    assert_eq!(kind("Status: 5.1.1"), Kind::NotABounce);
    assert_eq!(kind(""), Kind::NotABounce);
}

#[test]
fn the_best_that_is_said_of_an_address_counts() {
    let mixed = "Action: failed\r\nStatus: 5.1.1\r\n\r\nAction: delivered\r\nStatus: 2.0.0";
    assert_eq!(kind(mixed), Kind::Delivered);
    let failed = "Action: failed\r\nStatus: 5.1.1\r\n\r\nAction: failed\r\nStatus: 4.2.2";
    assert_eq!(kind(failed), Kind::Soft);
}

#[test]
fn a_report_within_a_forwarded_mail_says_nothing() {
    let inner = String::from_utf8(report("Action: failed\r\nStatus: 5.1.1")).unwrap();
    let forwarded = format!(
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    );
    assert_eq!(read(forwarded.as_bytes()).kind, Kind::NotABounce);
    assert_eq!(
        read(b"Subject: Saya sedang cuti\n\nAction: failed\nStatus: 5.1.1\n").kind,
        Kind::NotABounce
    );
}

#[test]
fn a_complaint_names_addresses_of_ours() {
    let bounce = read(&complaint(
        "Feedback-Type: abuse\nVersion: 1\nOriginal-Mail-From: <b+one@bounces.test>",
        "Return-Path: <b+two@bounces.test>\nList-Unsubscribe: <https://w.test/u/x>,\n <mailto:u+three@bounces.test?subject=x>",
    ));
    assert_eq!(bounce.kind, Kind::Complaint);
    assert_eq!(
        bounce.original_addresses,
        [
            "b+one@bounces.test",
            "b+two@bounces.test",
            "u+three@bounces.test"
        ]
    );
}

#[test]
fn a_mail_that_was_wanted_after_all_is_no_complaint() {
    for wanted in ["not-spam", "auth-failure", "", "x-new"] {
        let bounce = read(&complaint(
            &format!("Feedback-Type: {wanted}"),
            "Subject: Halo",
        ));
        assert_eq!(bounce.kind, Kind::NotABounce, "{wanted}");
    }
}

#[test]
fn what_is_nested_without_end_does_not_end_the_process() {
    for line in [
        "Content-Type: message/rfc822\n\n",
        "Content-Type: multipart/report; boundary=b\n\n--b\n",
        "Content-Type: multipart/report; boundary=\"b((((\n",
        "Content-Type: multipart/report; a*1*=b; a*2*=c; a*3*=d\n",
        "--b\n",
        "Action: failed\nStatus: 5.1.1\n\n",
        " \n",
        "\n",
    ] {
        let mut message = b"Content-Type: multipart/report; boundary=b\n\n--b\n".to_vec();
        message.extend(line.repeat(40_000).into_bytes());
        let _kind = read(&message).kind;
        let _kind = read(line.repeat(40_000).as_bytes()).kind;
    }
}

proptest! {
    #[test]
    fn rubbish_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(read(&bytes).kind, Kind::NotABounce);
    }

    #[test]
    fn rubbish_within_a_report_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..500), at in 0_usize..600) {
        let mut message = report("Action: failed\r\nStatus: 5.1.1");
        let at = at.min(message.len());
        message.splice(at..at, bytes);
        let _bounce = read(&message);
    }

    #[test]
    fn a_report_that_was_cut_off_never_panics(length in 0_usize..4_000) {
        let bytes = POSTFIX.as_bytes();
        let _bounce = read(&bytes[..length.min(bytes.len())]);
    }

    #[test]
    fn a_hard_bounce_needs_a_failure_with_a_code(fields in "(Action: (failed|delayed|relayed|x)\r\n|Status: [245]\\.[0-9]\\.[0-9]\r\n|\r\n){0,8}") {
        if kind(&fields) == Kind::Hard {
            prop_assert!(fields.contains("failed") && fields.contains("Status: 5."));
        }
    }
}
