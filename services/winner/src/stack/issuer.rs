//! An identity provider for rehearsals: it signs ID tokens for whoever it is asked for. Its key lives in
//! the stack's folder, so no other installation trusts it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use winner_platform::auth::keys::ServiceKey;

use super::folder::write_private;

/// The `iss` of its tokens.
pub const ISSUER: &str = "https://masuk.contoh.test";
/// The `aud` of its tokens: winner's client id there.
pub const AUDIENCE: &str = "winner";
/// The group whose members may create editions.
pub const ADMIN_GROUP: &str = "winner-admin";
/// The claim that lists groups.
pub const GROUPS_CLAIM: &str = "groups";

/// Seconds that an ID token is good for.
const LIFE_SECONDS: i64 = 300;

/// The provider.
pub struct Issuer {
    key: EncodingKey,
    kid: String,
    jwks: PathBuf,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Who signs in.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The provider's own name for the person.
    pub subject: &'a str,
    /// How the person is called.
    pub name: &'a str,
    /// The verified e-mail address.
    pub email: &'a str,
    /// The groups.
    pub groups: &'a [&'a str],
}

impl Issuer {
    /// The provider whose files lie in `folder`; made there the first time.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join("issuer.pem");
        let key = if file.exists() {
            ServiceKey::from_pem_file(&file)?
        } else {
            let key = ServiceKey::generate()?;
            write_private(&file, key.to_pem())?;
            key
        };
        let public = key.public("issuer", false);
        let jwks = folder.join("issuer.jwks.json");
        let set = json!({ "keys": [{
            "kty": public.kty, "crv": public.crv, "x": public.x, "kid": public.kid,
            "alg": "EdDSA", "use": "sig",
        }]});
        write_private(&jwks, &set.to_string())?;
        let signing = EncodingKey::from_ed_pem(key.to_pem().as_bytes())
            .context("the provider's key signs nothing")?;
        Ok(Self {
            key: signing,
            kid: key.kid().to_owned(),
            jwks,
        })
    }

    /// The file with its public key.
    pub fn jwks_file(&self) -> &Path {
        &self.jwks
    }

    /// An ID token for somebody, good for five minutes from `now` (Unix seconds).
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn id_token(&self, who: Subject<'_>, now: i64) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        let claims = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": who.subject,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "name": who.name,
            "email": who.email,
            "email_verified": true,
            GROUPS_CLAIM: who.groups,
        });
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}
