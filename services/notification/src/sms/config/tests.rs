use figment::Figment;
use figment::providers::{Format as _, Toml};
use winner_platform::config::Problems;

use super::*;

/// The shipped defaults with these settings over them.
fn sms(settings: &str) -> SmsConfig {
    Figment::from(Toml::string(crate::DEFAULTS))
        .merge(Toml::string(&format!("[sms]\n{settings}")))
        .extract_inner("sms")
        .unwrap()
}

const KANNEL: &str = r#"
gateway = "kannel"
secrets = { username = "winner", password = "rahasia" }
receipts_base = "https://winner.example.go.id/"
receipts_secret = "0123456789abcdef"
sender = "WiNNER"
sender_registration = "registered"
purposes = { result_published = "registered" }
"#;

fn problems(settings: &str) -> (Vec<String>, Vec<String>) {
    let mut problems = Problems::default();
    sms(settings).validate(&mut problems);
    let keys = |list: &[winner_platform::config::Problem]| {
        list.iter().map(|one| one.key.clone()).collect()
    };
    (keys(problems.refused()), keys(problems.warnings()))
}

#[test]
fn sms_are_off_unless_a_gateway_is_named() {
    let off = sms("");
    assert_eq!(off.name(), None);
    assert!(off.gateway().unwrap().is_none());
    assert!(off.channels().by_sms.is_empty());
    assert_eq!(problems(""), (vec![], vec![]));
}

#[test]
fn a_named_gateway_needs_its_secrets_a_sender_and_a_place_for_receipts() {
    assert_eq!(problems(KANNEL), (vec![], vec![]));
    let (refused, _) = problems("gateway = \"kannel\"");
    assert_eq!(refused, ["gateway", "sender"]);
    let without = KANNEL.replace("receipts_base", "# receipts_base");
    assert_eq!(problems(&without).0, ["receipts_base"]);
    let short = KANNEL.replace("0123456789abcdef", "abc");
    assert_eq!(problems(&short).0, ["receipts_secret"]);
}

#[test]
fn the_url_of_receipts_holds_the_gateway_and_the_secret() {
    let route = sms(KANNEL).receipts().unwrap().unwrap();
    assert_eq!(
        route.url.expose_secret(),
        "https://winner.example.go.id/receipts/kannel/0123456789abcdef"
    );
}

#[test]
fn what_is_not_registered_is_told_at_the_start() {
    let config = sms(KANNEL);
    assert!(config.is_registered("result_published"));
    assert!(!config.is_registered("round_opened"));
    let pending = KANNEL.replace(
        "result_published = \"registered\"",
        "result_published = \"pending\"",
    );
    assert_eq!(problems(&pending).1, ["purposes"]);
    let unknown = KANNEL.replace("sender_registration = \"registered\"", "");
    assert_eq!(problems(&unknown).1, ["sender_registration"]);
    assert!(!sms(&unknown).is_registered("result_published"));
}

#[test]
fn senders_are_names_of_eleven_characters_or_numbers() {
    for good in [
        "WiNNER",
        "W1",
        "KEMENDAGRI-X",
        "628123",
        "+62811234567",
        "PEMDA JATIM",
    ] {
        assert_eq!(
            is_sender(good),
            good.len() <= 11 || good.starts_with('+'),
            "{good}"
        );
    }
    for bad in [
        "",
        "-",
        "WiNNER\r\n",
        "WiNNER 2026!",
        "1234567890123456",
        " WiNNER",
        "+",
    ] {
        assert!(!is_sender(bad), "{bad:?}");
    }
}
