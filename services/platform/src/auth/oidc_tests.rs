use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::auth::keys::ServiceKey;
use crate::clock::unix_now;

const ISSUER: &str = "https://login.contoh.test";
/// Made for this test only, with openssl; its public half is in `RSA_N`.
const RSA_PEM: &str = include_str!("../../testdata/provider-rsa.pem");
const RSA_N: &str = include_str!("../../testdata/provider-rsa.n");

fn provider(file: Option<&Path>, url: Option<String>) -> OidcVerifier {
    OidcVerifier::new(vec![OidcProvider {
        issuer: ISSUER.to_owned(),
        audience: "client".to_owned(),
        jwks_url: url,
        jwks_file: file.map(Path::to_owned),
        groups_claim: Some("groups".to_owned()),
    }])
    .unwrap()
}

fn claims() -> Value {
    let now = unix_now().as_secs();
    json!({
        "iss": ISSUER, "aud": "client", "sub": "s-1", "iat": now, "exp": now + 60, "nonce": "n",
        "email": "siti@contoh.test", "email_verified": true, "groups": ["admins"],
    })
}

fn token(algorithm: Algorithm, kid: &str, key: &EncodingKey, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

/// A provider's Ed25519 key: how it signs, and its JWK.
fn ed25519(kid: &str) -> (EncodingKey, Value) {
    let key = ServiceKey::generate().unwrap();
    let x = key.public("", false).x;
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": x});
    (
        EncodingKey::from_ed_pem(key.to_pem().as_bytes()).unwrap(),
        jwk,
    )
}

fn es256(kid: &str) -> (EncodingKey, Value) {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = (
        URL_SAFE_NO_PAD.encode(&point[1..33]),
        URL_SAFE_NO_PAD.encode(&point[33..]),
    );
    let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y});
    (EncodingKey::from_ec_der(document.as_ref()), jwk)
}

fn rs256(kid: &str) -> (EncodingKey, Value) {
    let jwk = json!({"kty": "RSA", "kid": kid, "alg": "RS256", "n": RSA_N.trim(), "e": "AQAB"});
    (EncodingKey::from_rsa_pem(RSA_PEM.as_bytes()).unwrap(), jwk)
}

fn write(file: &Path, keys: &[&Value]) {
    std::fs::write(file, json!({ "keys": keys }).to_string()).unwrap();
}

/// A folder with the key set of one Ed25519 key, and what signs with it.
fn one_key() -> (tempfile::TempDir, std::path::PathBuf, EncodingKey) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (key, jwk) = ed25519("k1");
    write(&file, &[&jwk]);
    (folder, file, key)
}

#[tokio::test]
async fn each_of_the_three_signatures_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let ((ed, first), (ec, second), (rsa, third)) = (ed25519("ed"), es256("ec"), rs256("rsa"));
    write(&file, &[&first, &second, &third]);
    let verifier = provider(Some(&file), None);
    for (algorithm, kid, key) in [
        (Algorithm::EdDSA, "ed", &ed),
        (Algorithm::ES256, "ec", &ec),
        (Algorithm::RS256, "rsa", &rsa),
    ] {
        let identity = verifier
            .verify(&token(algorithm, kid, key, &claims()), Some("n"))
            .await
            .unwrap();
        assert_eq!(identity.subject.reveal(), "s-1");
        assert_eq!(
            identity.verified_email.unwrap().reveal(),
            "siti@contoh.test"
        );
        assert_eq!(identity.groups, ["admins"]);
    }
}

#[tokio::test]
async fn an_address_that_was_not_verified_is_not_told() {
    let (_folder, file, key) = one_key();
    let mut unverified = claims();
    unverified["email_verified"] = json!(false);
    let token = token(Algorithm::EdDSA, "k1", &key, &unverified);
    let identity = provider(Some(&file), None)
        .verify(&token, None)
        .await
        .unwrap();
    assert_eq!(identity.verified_email, None);
}

#[tokio::test]
async fn a_token_for_another_client_time_issuer_or_sign_in_is_refused() {
    let (_folder, file, key) = one_key();
    let verifier = provider(Some(&file), None);
    let now = unix_now().as_secs();
    let cases = [
        ("aud", json!("other")),
        ("exp", json!(now - 120)),
        ("nbf", json!(now + 120)),
        ("iss", json!("https://evil.test")),
        ("azp", json!("other")),
        ("nonce", json!("other")),
    ];
    for (claim, value) in cases {
        let mut wrong = claims();
        wrong[claim] = value;
        let token = token(Algorithm::EdDSA, "k1", &key, &wrong);
        assert!(verifier.verify(&token, Some("n")).await.is_err(), "{claim}");
    }
    assert!(matches!(
        verifier.verify("no token", None).await,
        Err(OidcError::Malformed)
    ));
}

#[tokio::test]
async fn a_token_does_not_choose_its_algorithm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (_, jwk) = rs256("rsa");
    write(&file, &[&jwk]);
    // The classic: the public key as an HMAC secret.
    let secret = EncodingKey::from_secret(RSA_N.trim().as_bytes());
    let forged = token(Algorithm::HS256, "rsa", &secret, &claims());
    let refused = provider(Some(&file), None).verify(&forged, None).await;
    assert!(matches!(refused, Err(OidcError::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn a_key_signed_by_somebody_else_is_refused() {
    let (_folder, file, _) = one_key();
    let (stranger, _) = ed25519("k1");
    let forged = token(Algorithm::EdDSA, "k1", &stranger, &claims());
    let refused = provider(Some(&file), None).verify(&forged, None).await;
    assert!(matches!(refused, Err(OidcError::Invalid(_))), "{refused:?}");
}

/// A provider that serves the set in `file` and counts how often it was asked.
async fn serve(file: std::path::PathBuf) -> (String, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut request = [0_u8; 4096];
            let read = stream.read(&mut request).await.unwrap();
            assert!(read > 0);
            let body = std::fs::read_to_string(&file).unwrap();
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream
                .write_all(format!("{head}{body}").as_bytes())
                .await
                .unwrap();
        }
    });
    (url, asked)
}

#[tokio::test]
async fn keys_come_from_a_url_and_made_up_key_ids_do_not_make_us_hammer_it() {
    let (_folder, file, key) = one_key();
    let (url, asked) = serve(file).await;
    let verifier = provider(None, Some(url));
    assert!(
        verifier
            .verify(&token(Algorithm::EdDSA, "k1", &key, &claims()), None)
            .await
            .is_ok()
    );
    for number in 0..20 {
        let unknown = token(
            Algorithm::EdDSA,
            &format!("made-up-{number}"),
            &key,
            &claims(),
        );
        assert!(matches!(
            verifier.verify(&unknown, None).await,
            Err(OidcError::UnknownKey)
        ));
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert!(
        verifier
            .verify(&token(Algorithm::EdDSA, "k1", &key, &claims()), None)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_rotated_key_is_fetched_when_a_token_names_it() {
    let (_folder, file, _) = one_key();
    let (key, jwk) = ed25519("k2");
    let keys = KeySet::from_file(file.clone());
    assert!(keys.find(Some("k1")).await.is_ok());
    write(&file, &[&jwk]);
    assert!(
        matches!(keys.find(Some("k2")).await, Err(OidcError::UnknownKey)),
        "too soon"
    );
    keys.forget_last_try().await;
    assert!(keys.find(Some("k2")).await.is_ok());
    assert!(
        matches!(keys.find(Some("k1")).await, Err(OidcError::UnknownKey)),
        "withdrawn"
    );
    drop(key);
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_apart_from_a_bad_token() {
    let verifier = provider(Some(Path::new("/nonexistent")), None);
    let (key, _) = ed25519("k1");
    let refused = verifier
        .verify(&token(Algorithm::EdDSA, "k1", &key, &claims()), None)
        .await;
    assert!(matches!(refused, Err(OidcError::Keys(_))), "{refused:?}");
}
