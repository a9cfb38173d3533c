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
            let days = (now - end).as_secs() / DAY;
            Finding::bad(subject, format_args!("ended {days} day(s) ago"), remedy)
        }
        Some(end) => {
            let days = (end - now).as_secs() / DAY;
            let seen = format_args!("ends in {days} day(s)");
            if end - now < SOON {
                Finding::odd(subject, seen, remedy)
            } else {
                Finding::good(subject, seen)
            }
        }
    }
}
