//! Keys: what one service signs, the others must accept. Shown by doing it.

use secrecy::ExposeSecret;
use uuid::Uuid;
use winner_platform::auth::{AuthConfig, TOKEN_LIFE, TokenSigner, Verifier};

use super::Finding;
use super::settings::Raw;
use crate::keys::TOKEN_SERVICE;
use crate::registry::service;

/// One service's two sides.
struct Holder<'a> {
    service: &'a str,
    signer: TokenSigner,
    verifier: Verifier,
}

pub(super) fn examine(settings: &[(&str, Raw)]) -> Finding {
    // Keys that cannot be read are told by the check of the settings.
    let holders: Vec<Holder<'_>> = settings
        .iter()
        .filter_map(|(service, raw)| holder(service, raw))
        .collect();
    let mut strangers = Vec::new();
    for caller in &holders {
        for host in &holders {
            if calls(caller.service, host.service) && !is_accepted(caller, host) {
                strangers.push(format!(
                    "{} does not accept what {} signs",
                    host.service, caller.service
                ));
            }
        }
    }
    let subject = "service keys";
    if strangers.is_empty() {
        return Finding::good(subject, "each service accepts what its callers sign");
    }
    Finding::bad(
        subject,
        strangers.join("; "),
        "write the caller's public key, under the caller's name, into the auth.trusted_keys_file of \
         the service that refuses it, and restart that service",
    )
}

fn holder<'a>(service: &'a str, raw: &Raw) -> Option<Holder<'a>> {
    let config: AuthConfig = raw.section(&["auth"])?;
    let (signer, verifier) = config.keys(service).ok()?;
    Some(Holder {
        service,
        signer,
        verifier,
    })
}

/// Whether `host` is shown what `caller` signs: intake signs every person's token, the others
/// their own calls.
fn calls(caller: &str, host: &str) -> bool {
    caller == TOKEN_SERVICE || service(caller).is_ok_and(|known| known.peers.contains(&host))
}

fn is_accepted(caller: &Holder<'_>, host: &Holder<'_>) -> bool {
    let token = match caller.service {
        TOKEN_SERVICE => caller.signer.person_token(Uuid::nil(), &[], TOKEN_LIFE),
        _ => caller.signer.service_token(host.service, None),
    };
    token.is_ok_and(|token| host.verifier.verify(token.expose_secret()).is_ok())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;
    use winner_platform::auth::{ServiceKey, TrustedKeys};

    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_key_that_a_service_was_not_given_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let key = ServiceKey::generate().unwrap();
            let file = folder.path().join(format!("{name}.pem"));
            std::fs::write(&file, key.to_pem()).unwrap();
            (file, key)
        };
        let (intake_file, intake) = make("intake");
        let (matching_file, matching) = make("matching");
        let keys = |name: &str, keys| {
            let file = folder.path().join(name);
            std::fs::write(&file, TrustedKeys::to_json(keys).unwrap()).unwrap();
            file
        };
        let all = vec![
            intake.public("intake", true),
            matching.public("matching", false),
        ];
        let complete = keys("complete.json", all);
        let lacking = keys("lacking.json", vec![intake.public("intake", true)]);
        let settings = |trusted_by_intake| {
            let of = |key_file: &PathBuf, trusted: &PathBuf| {
                let given =
                    json!({ "auth": { "key_file": key_file, "trusted_keys_file": trusted } });
                serde_json::from_value(given).unwrap()
            };
            [
                ("intake", of(&intake_file, trusted_by_intake)),
                ("matching", of(&matching_file, &complete)),
            ]
        };
        assert_eq!(examine(&settings(&complete)).verdict, Verdict::Good);
        let found = examine(&settings(&lacking));
        assert_eq!(found.verdict, Verdict::Bad);
        assert_eq!(found.seen, "intake does not accept what matching signs");
    }
}
