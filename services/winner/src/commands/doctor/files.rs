//! The files that hold secrets: nobody but their owner and its group may open them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Finding;
use super::settings::Raw;

/// Files that hold nothing secret, by the last key of their path.
const PUBLIC: [&str; 4] = [
    "trusted_keys_file",
    "ca_file",
    "jwks_file",
    "tls_certificate_file",
];

/// What everybody on the machine may do: read, write, or run.
const OTHERS: u32 = 0o007;

pub(super) fn examine(settings: &[(&str, Raw)]) -> Finding {
    let mut files: Vec<PathBuf> = settings
        .iter()
        .flat_map(|(_, raw)| raw.texts())
        .filter(|(key, _)| is_secret(key))
        .map(|(_, file)| PathBuf::from(file))
        .collect();
    files.sort();
    files.dedup();
    let open: Vec<String> = files
        .iter()
        .filter(|file| is_open(file))
        .map(|file| file.display().to_string())
        .collect();
    let subject = "secret files";
    if open.is_empty() {
        let seen = format_args!("{} file(s), none open to everybody", files.len());
        return Finding::good(subject, seen);
    }
    Finding::odd(
        subject,
        format_args!("everybody on this machine may open {}", open.join(", ")),
        "`chmod o-rwx` on each (in Kubernetes `defaultMode: 0440` of the volume); if others were \
         on the machine, change the secrets too",
    )
}

/// A key such as `postgres.url_file` names a file with a secret.
fn is_secret(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or_default();
    last.ends_with("_file") && !PUBLIC.contains(&last)
}

/// A file that is not there is told by the check of the settings.
fn is_open(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|about| about.permissions().mode() & OTHERS != 0)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use serde_json::json;

    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_secret_that_everybody_may_read_is_found_and_a_public_key_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, mode| {
            let file = folder.path().join(name);
            std::fs::write(&file, "x").unwrap();
            std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            file
        };
        let settings = |url_mode| {
            let given = json!({
                "postgres": { "url_file": file("url", url_mode) },
                "auth": { "trusted_keys_file": file("keys", 0o644) },
            });
            [("intake", serde_json::from_value(given).unwrap())]
        };
        let private = examine(&settings(0o640));
        assert_eq!(private.verdict, Verdict::Good, "{private:?}");
        let open = examine(&settings(0o644));
        assert_eq!(open.verdict, Verdict::Odd);
        assert!(open.seen.contains("url") && !open.seen.contains("keys"));
        assert!(open.remedy.contains("chmod"));
    }
}
