//! The certificates that settings name: how long they are good.

use std::time::Duration;

use x509_cert::Certificate;

use super::Finding;
use super::settings::Raw;

/// Certificates are good for weeks; whoever renews them by hand wants to hear this early.
const SOON: Duration = Duration::from_hours(14 * 24);
const DAY: u64 = 86_400;

/// The last key of a setting that names certificates.
const NAMED_BY: [&str; 2] = ["tls_certificate_file", "ca_file"];

/// One finding per file; none where connections are not encrypted by winner itself.
pub(super) fn examine(settings: &[(&str, Raw)], now: Duration) -> Vec<Finding> {
    let mut files: Vec<(String, &str)> = settings
        .iter()
        .flat_map(|(service, raw)| {
            let texts = raw.texts().into_iter();
            texts.map(move |(key, file)| (format!("{service}.{key}"), file))
        })
        .filter(|(key, _)| NAMED_BY.contains(&key.rsplit('.').next().unwrap_or_default()))
        .collect();
    files.sort_by_key(|(_, file)| *file);
    files.dedup_by_key(|(_, file)| *file);
    files
        .into_iter()
        .map(|(key, file)| one(&key, file, now))
        .collect()
}

fn one(key: &str, file: &str, now: Duration) -> Finding {
    let subject = format!("certificate {file}");
    let remedy = format!("put a valid PEM chain at {key}, and restart the service that reads it");
    let read = std::fs::read(file).map_err(anyhow::Error::from);
    match read.and_then(|pem| Ok(Certificate::load_pem_chain(&pem)?)) {
        Ok(chain) => lasts(subject, &chain, now, &remedy),
        Err(error) => Finding::bad(subject, error, &remedy),
    }
}

/// The first of a chain to end ends it.
fn lasts(subject: String, chain: &[Certificate], now: Duration, remedy: &str) -> Finding {
    let ends = chain
        .iter()
        .map(|one| one.tbs_certificate.validity.not_after.to_unix_duration());
    match ends.min() {
        None => Finding::bad(subject, "holds no certificate", remedy),
        Some(end) if end <= now => {
            let days = now.saturating_sub(end).as_secs() / DAY;
            Finding::bad(subject, format_args!("ended {days} day(s) ago"), remedy)
        }
        Some(end) => {
            let left = end.saturating_sub(now);
            let seen = format!("ends in {} day(s)", left.as_secs() / DAY);
            if left < SOON {
                Finding::odd(subject, seen, remedy)
            } else {
                Finding::good(subject, seen)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Verdict;
    use super::*;

    /// Ends at [`END`].
    const PEM: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBQDCB86ADAgECAhRONBf7dljjoaJWBEviFlKF+w39GjAFBgMrZXAwFjEUMBIG\n\
A1UEAwwLY29udG9oLnRlc3QwHhcNMjYxMTI0MTA1MzUwWhcNMjYxMjI0MTA1MzUw\n\
WjAWMRQwEgYDVQQDDAtjb250b2gudGVzdDAqMAUGAytlcAMhAFRV/KtEPDdK69+S\n\
hJcy0bOOhpuiEqMGP8bL0O1AYxwao1MwUTAdBgNVHQ4EFgQUR7JW4XeR47Cr6MQf\n\
+Ebs2EGOqXgwHwYDVR0jBBgwFoAUR7JW4XeR47Cr6MQf+Ebs2EGOqXgwDwYDVR0T\n\
AQH/BAUwAwEB/zAFBgMrZXADQQA1ipTFOzW1m4ohqOltM9BQdmLXELByaSi81RmB\n\
W/Ui+mio13Q4+BIg6GSONdyIuv7iWrTG0TmCUR2hX3TgBfkL\n\
-----END CERTIFICATE-----";
    const END: Duration = Duration::from_secs(1_798_109_630);

    #[test]
    fn a_certificate_is_told_of_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tls.pem");
        std::fs::write(&file, PEM).unwrap();
        let given = json!({ "grpc": { "tls_certificate_file": file } });
        let settings = [("intake", serde_json::from_value(given).unwrap())];
        let at = |now| {
            let found = examine(&settings, now).remove(0);
            assert!(found.verdict == Verdict::Good || found.remedy.contains("intake.grpc"));
            (found.verdict, found.seen)
        };
        let days = |days: u64| Duration::from_hours(24 * days);
        assert_eq!(
            at(END.saturating_sub(days(20))),
            (Verdict::Good, "ends in 20 day(s)".to_owned())
        );
        assert_eq!(
            at(END.saturating_sub(days(10))),
            (Verdict::Odd, "ends in 10 day(s)".to_owned())
        );
        assert_eq!(
            at(END + days(2)),
            (Verdict::Bad, "ended 2 day(s) ago".to_owned())
        );

        std::fs::write(&file, "no certificate").unwrap();
        assert_eq!(at(END).0, Verdict::Bad);
        assert_eq!(examine(&[], END), []);
    }
}
