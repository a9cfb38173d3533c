//! The defaults are whole, and what is wrong is said all at once.

use winner_platform::auth::keys::{ServiceKey, TrustedKeys};
use winner_platform::config::{ConfigErrors, Loaded, load_from};

use super::*;
use crate::domain::message::UnknownPolicy;
use crate::smtp::config::StartTls;

/// The least that an operator must say, with keys in `folder`.
fn least(folder: &std::path::Path) -> Vec<(String, String)> {
    let key = ServiceKey::generate().unwrap();
    let (own, trusted) = (folder.join("key.pem"), folder.join("trusted.json"));
    std::fs::write(&own, key.to_pem()).unwrap();
    let keys = TrustedKeys::to_json(vec![key.public("notification", false)]).unwrap();
    std::fs::write(&trusted, keys).unwrap();
    [
        (
            "POSTGRES__URL",
            "postgres://winner_notification@localhost/winner",
        ),
        ("AUTH__KEY_FILE", own.to_str().unwrap()),
        ("AUTH__TRUSTED_KEYS_FILE", trusted.to_str().unwrap()),
        ("MAIL__FROM", "WiNNER <winner@example.go.id>"),
        ("MAIL__REPLY_TO", "sekretariat@example.go.id"),
        ("MAIL__LINKS_BASE", "https://winner.example.go.id/"),
    ]
    .map(|(key, value)| (format!("TEST__{key}"), value.to_owned()))
    .into()
}

fn load(environment: Vec<(String, String)>) -> Result<Loaded<Config>, ConfigErrors> {
    load_from("notification", DEFAULTS, None, "TEST", environment)
}

fn with(mut environment: Vec<(String, String)>, more: &[(&str, &str)]) -> Vec<(String, String)> {
    environment.extend(
        more.iter()
            .map(|(key, value)| (format!("TEST__{key}"), (*value).to_owned())),
    );
    environment
}

#[test]
fn the_defaults_and_the_least_that_must_be_said_make_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = load(least(folder.path())).unwrap();
    assert_eq!(loaded.config.smtp.starttls, StartTls::Required);
    assert_eq!(loaded.warnings.len(), 0, "{:?}", loaded.warnings);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        ("MAIL__FROM", "bukan alamat"),
        ("MAIL__LINKS_BASE", "winner.example.go.id"),
        ("SMTP__USER", "winner"),
        ("SMTP__CONNECTIONS", "0"),
        ("SENDING__LEASE_MS", "1000"),
    ];
    let errors = load(with(least(folder.path()), &wrong)).unwrap_err();
    insta::assert_snapshot!(errors.to_string());
}

#[test]
fn a_password_never_travels_in_plain_text() {
    let folder = tempfile::tempdir().unwrap();
    let plain = [
        ("SMTP__STARTTLS", "none"),
        ("SMTP__USER", "winner"),
        ("SMTP__PASSWORD", "rahasia"),
    ];
    let errors = load(with(least(folder.path()), &plain)).unwrap_err();
    assert!(
        errors
            .to_string()
            .contains("a password is not sent in plain text")
    );
    assert!(!errors.to_string().contains("rahasia"));
}

#[test]
fn plain_text_to_another_machine_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let plain = [
        ("SMTP__STARTTLS", "none"),
        ("SMTP__HOST", "smtp.example.go.id"),
    ];
    let loaded = load(with(least(folder.path()), &plain)).unwrap();
    assert!(
        loaded
            .warnings
            .iter()
            .any(|warning| warning.key.ends_with("starttls"))
    );
}

#[test]
fn what_is_unknown_is_held_unless_the_settings_say_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let held = load(least(folder.path())).unwrap().config.sending.unknown;
    assert!(held.policies().0.is_empty());
    let rules: UnknownConfig = serde_json::from_value(serde_json::json!({
        "result_published": { "other_channel_after": 60 },
        "assignment_added": { "resend_after": 30 },
        "invitation": "hold",
    }))
    .unwrap();
    let policies = rules.policies().0;
    let hour = Duration::from_hours(1);
    let other = UnknownPolicy::OtherChannelAfter(hour);
    assert_eq!(policies["result_published"], other);
    let resend = UnknownPolicy::ResendAfter(hour / 2);
    assert_eq!(policies["assignment_added"], resend);
    assert_eq!(policies["invitation"], UnknownPolicy::Hold);
}

fn load_file(folder: &std::path::Path, text: &str) -> Result<Loaded<Config>, ConfigErrors> {
    let file = folder.join("notification.toml");
    std::fs::write(&file, text).unwrap();
    load_from("notification", DEFAULTS, Some(&file), "TEST", least(folder))
}

#[test]
fn a_policy_that_cannot_be_is_refused_and_one_that_may_double_is_pointed_out() {
    let folder = tempfile::tempdir().unwrap();
    let section = "[notification.sending.unknown]\n";
    for (rule, told) in [
        ("result_publish = \"hold\"", "must be one of invitation"),
        (
            "invitation = { resend_after = 0 }",
            "must be 1 to 10080 minutes",
        ),
        (
            "invitation = { other_channel_after = 9 }",
            "name a gateway under [sms]",
        ),
    ] {
        let errors = load_file(folder.path(), &format!("{section}{rule}\n")).unwrap_err();
        assert!(errors.to_string().contains(told), "{errors}");
    }
    let text = format!("{section}assignment_added = {{ resend_after = 30 }}\n");
    let loaded = load_file(folder.path(), &text).unwrap();
    let told = |key: &str| {
        loaded
            .warnings
            .iter()
            .any(|warning| warning.key.ends_with(key))
    };
    assert!(told("assignment_added"));
}

#[test]
fn a_signing_key_that_is_missing_or_bad_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.pem");
    std::fs::write(&bad, "rahasia").unwrap();
    for (file, told) in [
        (folder.path().join("nowhere.pem"), "cannot be read"),
        (bad, "holds no private key"),
    ] {
        let text = format!(
            "[[notification.mail.dkim]]\nselector = \"w2026\"\nkey_file = \"{}\"\n",
            file.display()
        );
        let errors = load_file(folder.path(), &text).unwrap_err().to_string();
        assert!(
            errors.contains("mail.dkim.0") && errors.contains(told),
            "{errors}"
        );
        assert!(!errors.contains("rahasia"));
    }
}

#[test]
fn what_takes_mail_back_needs_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[notification.bounces]\nlisten = \"127.0.0.1:0\"\n\
                [notification.mail]\nunsubscribe_base = \"https://winner.example.go.id/\"\n";
    let errors = load_file(folder.path(), text).unwrap_err().to_string();
    for key in [
        "bounces.domain",
        "mail.token_keys_file",
        "addresses.hash_key_file",
        "public_http.listen",
    ] {
        assert!(errors.contains(key), "{key}: {errors}");
    }
}

#[test]
fn a_second_relay_is_as_the_first_but_for_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[notification.smtp_standby]\nhost = \"smtp2.example.go.id\"\n";
    let config = load_file(folder.path(), text).unwrap().config;
    let standby = config.smtp_standby.relay(&config.smtp).unwrap();
    assert_eq!(
        (standby.host.as_str(), standby.port),
        ("smtp2.example.go.id", 587)
    );
    assert_eq!(standby.starttls, StartTls::Required);
    let same = "[notification.smtp_standby]\nhost = \"localhost\"\n";
    let errors = load_file(folder.path(), same).unwrap_err().to_string();
    assert!(errors.contains("must be another relay"), "{errors}");
}

#[test]
fn bodies_are_kept_only_where_there_are_keys_and_days() {
    let folder = tempfile::tempdir().unwrap();
    let key = format!("1 {}", "ab".repeat(32));
    for (days, keys, kept) in [
        ("30", Some(key.as_str()), true),
        ("30", None, false),
        ("0", Some(key.as_str()), false),
    ] {
        let mut said = vec![("PROOF__KEEP_DAYS", days)];
        said.extend(keys.map(|keys| ("PROOF__KEYS", keys)));
        let loaded = load(with(least(folder.path()), &said)).unwrap();
        let keys = loaded.config.proof.keys().unwrap();
        assert_eq!(keys.is_some(), kept, "{days} days");
    }
    let errors = load(with(least(folder.path()), &[("PROOF__KEYS", "1 abab")])).unwrap_err();
    let said = errors.to_string();
    assert!(
        said.contains("proof.keys_file") && !said.contains("abab"),
        "{said}"
    );
}
