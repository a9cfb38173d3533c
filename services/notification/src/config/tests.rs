//! The defaults are whole, and what is wrong is said all at once.

use winner_platform::auth::keys::{ServiceKey, TrustedKeys};
use winner_platform::config::{ConfigErrors, Loaded, load_from};

use super::*;
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
