//! The keys of an installation: those with which the services know each other, a private one each and one
//! list of all public ones, and the random secrets that nobody else need know.

use std::path::{Path, PathBuf};

use anyhow::Result;
use winner_platform::Ids;
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

/// A secret of random bytes in a file of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RandomSecret {
    /// The file's name.
    pub(crate) file: &'static str,
    /// The setting that names the file.
    pub(crate) setting: &'static str,
    /// Whether the file lists numbered keys, the one in use first; otherwise it is the secret.
    numbered: bool,
}

impl RandomSecret {
    /// Signs links of invitations.
    pub(crate) const LINKS: Self = Self {
        file: "links.key",
        setting: "intake.invitations.link_key_file",
        numbered: false,
    };
    /// Hashes addresses that nothing is sent to.
    pub(crate) const ADDRESSES: Self = Self {
        file: "addresses.key",
        setting: "notification.addresses.hash_key_file",
        numbered: false,
    };
    /// Signs return paths and links to leave by.
    pub(crate) const MAIL_TOKENS: Self = Self {
        file: "mail-tokens.keys",
        setting: "notification.mail.token_keys_file",
        numbered: true,
    };
    /// Seals what people were written.
    pub(crate) const BODIES: Self = Self {
        file: "bodies.keys",
        setting: "notification.proof.keys_file",
        numbered: true,
    };
    /// Seals the secrets of endpoints.
    pub(crate) const WEBHOOKS: Self = Self {
        file: "webhooks.keys",
        setting: "notification.webhooks.key_file",
        numbered: true,
    };
    /// Stands in the URL to which a gateway brings receipts.
    pub(crate) const RECEIPTS: Self = Self {
        file: "receipts.secret",
        setting: "notification.sms.receipts_secret_file",
        numbered: false,
    };

    /// Every one.
    pub(crate) const ALL: [Self; 6] = [
        Self::LINKS,
        Self::ADDRESSES,
        Self::MAIL_TOKENS,
        Self::BODIES,
        Self::WEBHOOKS,
        Self::RECEIPTS,
    ];

    /// Where it lies in a folder of keys.
    pub(crate) fn path(self, folder: &Path) -> PathBuf {
        folder.join(self.file)
    }

    /// Makes it where it is missing; says whether it did.
    fn complete(self, folder: &Path) -> Result<bool> {
        let file = self.path(folder);
        if file.try_exists()? {
            return Ok(false);
        }
        let number = if self.numbered { "1 " } else { "" };
        let secret = hex::encode(Ids::system().secret());
        write_private(&file, &format!("{number}{secret}"))?;
        Ok(true)
    }
}

/// Makes the keys and secrets that are missing and writes the list anew; what is there stays. Says what
/// was made, by the files' names. Only their owner can read them.
///
/// # Errors
/// When a file cannot be written, or a service's holds no key.
pub(crate) fn complete(folder: &Path) -> Result<Vec<String>> {
    let (mut public, mut made) = (Vec::new(), Vec::new());
    for service in SERVICES {
        let file = private_key(folder, service.name);
        let key = if file.exists() {
            ServiceKey::from_pem_file(&file)?
        } else {
            let key = ServiceKey::generate()?;
            write_private(&file, key.to_pem())?;
            made.push(format!("{}.pem", service.name));
            key
        };
        public.push(key.public(service.name, service.name == TOKEN_SERVICE));
    }
    write_private(&trusted_keys(folder), &TrustedKeys::to_json(public)?)?;
    for secret in RandomSecret::ALL {
        if secret.complete(folder)? {
            made.push(secret.file.to_owned());
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_there_stay_and_a_missing_one_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let all = SERVICES.len() + RandomSecret::ALL.len();
        assert_eq!(complete(folder.path()).unwrap().len(), all);
        let files = [
            private_key(folder.path(), "intake"),
            RandomSecret::LINKS.path(folder.path()),
        ];
        let read = || files.each_ref().map(|file| std::fs::read(file).unwrap());
        let kept = read();
        std::fs::remove_file(private_key(folder.path(), "judging")).unwrap();
        std::fs::remove_file(RandomSecret::BODIES.path(folder.path())).unwrap();
        let made = complete(folder.path()).unwrap();
        assert_eq!(made, ["judging.pem", "bodies.keys"]);
        assert_eq!(read(), kept);
        assert!(TrustedKeys::from_file(&trusted_keys(folder.path())).is_ok());
    }
}
