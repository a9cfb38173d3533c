//! The keys with which the services know each other: a private one each, and one list of all public ones.

use std::path::{Path, PathBuf};

use anyhow::Result;
use winner_platform::auth::keys::{ServiceKey, TrustedKeys};

use crate::registry::SERVICES;
use crate::stack::folder::write_private;

/// Who may say who a person is: the token service.
pub(crate) const TOKEN_SERVICE: &str = "intake";

/// Where a service's private key lies in a folder of keys.
pub(crate) fn private_key(folder: &Path, service: &str) -> PathBuf {
    folder.join(format!("{service}.pem"))
}

/// Where the list of public keys lies.
pub(crate) fn trusted_keys(folder: &Path) -> PathBuf {
    folder.join("trusted-keys.json")
}

/// Makes the keys that are missing and writes the list anew; keys that are there stay. Says which
/// were made. Only their owner can read the files.
///
/// # Errors
/// When a file cannot be written, or one that is there holds no key.
pub(crate) fn complete(folder: &Path) -> Result<Vec<&'static str>> {
    let (mut public, mut made) = (Vec::new(), Vec::new());
    for service in SERVICES {
        let file = private_key(folder, service.name);
        let key = if file.exists() {
            ServiceKey::from_pem_file(&file)?
        } else {
            let key = ServiceKey::generate()?;
            write_private(&file, key.to_pem())?;
            made.push(service.name);
            key
        };
        public.push(key.public(service.name, service.name == TOKEN_SERVICE));
    }
    write_private(&trusted_keys(folder), &TrustedKeys::to_json(public)?)?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_there_stay_and_a_missing_one_is_made() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(complete(folder.path()).unwrap().len(), SERVICES.len());
        let kept = std::fs::read(private_key(folder.path(), "intake")).unwrap();
        std::fs::remove_file(private_key(folder.path(), "judging")).unwrap();
        assert_eq!(complete(folder.path()).unwrap(), ["judging"]);
        assert_eq!(
            std::fs::read(private_key(folder.path(), "intake")).unwrap(),
            kept
        );
        assert!(TrustedKeys::from_file(&trusted_keys(folder.path())).is_ok());
    }
}
