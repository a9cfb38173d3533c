//! What we sign, a verifier nobody here wrote believes; what somebody alters, it does not.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;
use winner_notification::smtp::dkim::{DkimConfig, DkimKey};
use winner_notification::smtp::{Leaving, Letter, OutgoingMail, Rendered, Sender};
use winner_platform::RealTime;

/// A key made by OpenSSL: its configuration and the record to publish.
fn key(folder: &Path, selector: &str, kind: &[&str]) -> (DkimConfig, (String, String)) {
    let file = folder.join(format!("{selector}.pem"));
    let made = Command::new("openssl")
        .args(kind)
        .arg("-out")
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let public = Command::new("openssl")
        .args(["pkey", "-pubout", "-outform", "DER", "-in"])
        .arg(&file)
        .output()
        .unwrap();
    let (name, public) = if kind.contains(&"ed25519") {
        ("ed25519", &public.stdout[12..])
    } else {
        ("rsa", &public.stdout[..])
    };
    let record = format!("v=DKIM1; k={name}; p={}", STANDARD.encode(public));
    let config = DkimConfig {
        selector: selector.to_owned(),
        key_file: file,
        domain: None,
    };
    (
        config,
        (format!("{selector}._domainkey.contoh.test"), record),
    )
}

const RSA: [&str; 5] = [
    "genpkey",
    "-algorithm",
    "RSA",
    "-pkeyopt",
    "rsa_keygen_bits:2048",
];
const ED25519: [&str; 3] = ["genpkey", "-algorithm", "ed25519"];

fn mail(keys: &[&DkimConfig]) -> String {
    let mut sender =
        Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test").unwrap();
    sender.keys = keys
        .iter()
        .map(|config| Arc::new(DkimKey::read(config, "contoh.test").unwrap()))
        .collect();
    let rendered = Rendered {
        subject: "Proposal Anda – telah kami terima, terima kasih banyak atas kerja keras Anda ✓"
            .to_owned(),
        text: "Yth. Ani,\n.\n..  titik  \n\nSelesai\n\n\n".to_owned(),
        html: "<p>Yth. Ani</p>".to_owned(),
    };
    let leaving = Leaving {
        link: Some(format!("https://winner.test/u/{}", "x".repeat(100))),
        mailbox: Some("u+token@bounces.contoh.test".to_owned()),
    };
    let letter = Letter {
        id: Uuid::nil(),
        recipient: "ani@contoh.test",
        display_name: "Ani Sulastri dari Desa yang namanya panjang sekali di Nusa Tenggara",
        rendered: &rendered,
        return_path: Some("b+token@bounces.contoh.test"),
        leaving: Some(&leaving),
        now: RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap(),
    };
    let mail = OutgoingMail::build(&sender, &letter).unwrap();
    String::from_utf8(mail.content().to_vec()).unwrap()
}

/// What dkimpy says of each signature.
fn verified(mail: &str, keys: &[(String, String)]) -> Vec<bool> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/dkim_check.py");
    let keys: std::collections::BTreeMap<_, _> = keys.iter().cloned().collect();
    let asked = serde_json::json!({ "mail": mail, "keys": keys }).to_string();
    let mut child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(asked.as_bytes())
        .unwrap();
    let said = child.wait_with_output().unwrap();
    assert!(said.status.success());
    serde_json::from_slice(&said.stdout).unwrap()
}

#[test]
#[ignore = "needs dkimpy"]
fn a_signature_is_believed_with_folded_headers_and_all() {
    let folder = tempfile::tempdir().unwrap();
    let (config, record) = key(folder.path(), "s2026", &RSA);
    let mail = mail(&[&config]);
    assert!(mail.contains("List-Unsubscribe: <https://winner.test/u/xxx"));
    assert!(mail.contains(">,\r\n <mailto:u+token@bounces.contoh.test>\r\n"));
    assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_eq!(verified(&mail, &[record]), [true]);
}

#[test]
#[ignore = "needs dkimpy"]
fn two_keys_sign_while_one_takes_over_from_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let (old, old_record) = key(folder.path(), "s2026", &RSA);
    let (new, new_record) = key(folder.path(), "s2027", &ED25519);
    let mail = mail(&[&old, &new]);
    assert_eq!(
        verified(&mail, &[old_record.clone(), new_record]),
        [true, true]
    );
    // Whoever does not know the new one yet believes the old one.
    assert_eq!(verified(&mail, &[old_record]), [true, false]);
}

#[test]
#[ignore = "needs dkimpy"]
fn what_was_altered_or_added_on_the_way_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (config, record) = key(folder.path(), "s2026", &RSA);
    let mail = mail(&[&config]);
    let records = [record];
    assert_eq!(verified(&mail, &records), [true]);
    for (from, to) in [
        ("Selesai", "selesai"),
        ("winner@contoh.test>\r\n", "winner@contoh.example>\r\n"),
        ("https://winner.test/u/", "https://winner.evil/u/"),
        ("mailto:u+token", "mailto:u+tokem"),
        ("List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Click"),
        ("Reply-To: sekretariat", "Reply-To: penipu"),
        ("Date: Tue, 24", "Date: Wed, 25"),
        ("\r\nMIME-Version", "\r\nSubject: Lain\r\nMIME-Version"),
        ("\r\nMIME-Version", "\r\nFrom: x@y.test\r\nMIME-Version"),
    ] {
        assert!(mail.contains(from), "{from}");
        let altered = mail.replacen(from, to, 1);
        assert_eq!(verified(&altered, &records), [false], "{from} -> {to}");
    }
}

#[test]
#[ignore = "needs dkimpy"]
fn blanks_and_folds_that_relays_touch_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let (config, record) = key(folder.path(), "s2026", &RSA);
    let mail = mail(&[&config]);
    let refolded = mail.replacen(">,\r\n <mailto", ">,  <mailto", 1).replacen(
        "Reply-To: ",
        "reply-to:\r\n\t",
        1,
    );
    assert_ne!(refolded, mail);
    let received =
        format!("Received: from a by b; Tue, 24 Nov 2026 05:00:01 +0000\r\n{refolded}\r\n\r\n");
    assert_eq!(verified(&received, &[record]), [true]);
}

#[test]
fn a_key_that_cannot_be_used_says_why_and_never_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (good, _) = key(folder.path(), "s2026", &RSA);
    let (small, _) = key(
        folder.path(),
        "small",
        &[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:1024",
        ],
    );
    let missing = DkimConfig {
        key_file: folder.path().join("nowhere.pem"),
        ..good.clone()
    };
    std::fs::write(folder.path().join("rubbish.pem"), "rahasia").unwrap();
    let rubbish = DkimConfig {
        key_file: folder.path().join("rubbish.pem"),
        ..good.clone()
    };
    let named = DkimConfig {
        selector: "s 2026; d=evil".to_owned(),
        ..good
    };
    let said = |config| {
        DkimKey::read(config, "contoh.test")
            .unwrap_err()
            .to_string()
    };
    assert!(said(&missing).ends_with("nowhere.pem cannot be read"));
    assert!(said(&rubbish).contains("holds no private key"));
    assert!(!said(&rubbish).contains("rahasia"));
    assert!(said(&small).contains("2048"));
    assert!(said(&named).contains("no name of the DNS"));
}
