use std::time::Duration;

use jsonwebtoken::Header;
use secrecy::ExposeSecret;

use super::*;
use crate::auth::{Caller, Grant};

const PERSON: Uuid = Uuid::from_u128(7);

/// `issuer` may speak for persons, `alpha` not; both call `beta`.
struct World {
    issuer: TokenSigner,
    alpha: TokenSigner,
    alpha_key: ServiceKey,
    beta: Verifier,
}

fn world() -> World {
    let (issuer, alpha) = (
        ServiceKey::generate().unwrap(),
        ServiceKey::generate().unwrap(),
    );
    let trusted =
        TrustedKeys::new([issuer.public("issuer", true), alpha.public("alpha", false)]).unwrap();
    World {
        issuer: TokenSigner::new("issuer", issuer),
        alpha: TokenSigner::new("alpha", alpha.clone()),
        alpha_key: alpha,
        beta: Verifier::new("beta", trusted),
    }
}

fn claims() -> Claims {
    let now = unix_now().as_secs();
    Claims {
        iss: "alpha".to_owned(),
        aud: "beta".to_owned(),
        sub: "alpha".to_owned(),
        kind: Kind::Service,
        iat: now,
        exp: now + 60,
        grants: Vec::new(),
        obo: None,
    }
}

/// What `beta` says to claims that `alpha`'s key signed.
fn verdict(world: &World, claims: &Claims) -> Result<Actor, TokenError> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(world.alpha_key.kid().to_owned());
    world
        .beta
        .verify(&jsonwebtoken::encode(&header, claims, &world.alpha_key.encoding).unwrap())
}

#[test]
fn a_service_is_recognised_and_so_is_whom_it_acts_for() {
    let world = world();
    let token = world.alpha.service_token("beta", Some(PERSON)).unwrap();
    let actor = world.beta.verify(token.expose_secret()).unwrap();
    assert_eq!(actor, Actor::of_service("alpha", Some(PERSON)));
}

#[test]
fn a_person_is_recognised_with_their_grants() {
    let world = world();
    let grants = [
        Grant::new("clerk", "2026").within("73"),
        Grant::everywhere("admin"),
    ];
    let token = world
        .issuer
        .person_token(PERSON, &grants, TOKEN_LIFE)
        .unwrap();
    let actor = world.beta.verify(token.expose_secret()).unwrap();
    assert_eq!(actor.caller, Caller::Person(PERSON));
    assert_eq!(actor.grants, grants);
    assert_eq!(
        world.beta.verify(token.expose_secret()).unwrap(),
        actor,
        "from the cache"
    );
}

#[test]
fn a_service_that_may_not_speak_for_persons_is_refused() {
    let world = world();
    let token = world.alpha.person_token(PERSON, &[], TOKEN_LIFE).unwrap();
    let refused = world.beta.verify(token.expose_secret()).unwrap_err();
    assert_eq!(refused, TokenError::NotForPersons("alpha".to_owned()));
}

#[test]
fn a_token_for_another_service_is_refused() {
    let world = world();
    let token = world.alpha.service_token("gamma", None).unwrap();
    assert!(matches!(
        world.beta.verify(token.expose_secret()),
        Err(TokenError::Invalid(_))
    ));
    let for_persons = Claims {
        aud: PERSON_AUDIENCE.to_owned(),
        ..claims()
    };
    assert!(matches!(
        verdict(&world, &for_persons),
        Err(TokenError::Invalid(_))
    ));
}

#[test]
fn a_token_of_an_unknown_key_is_refused() {
    let world = world();
    let stranger = TokenSigner::new("alpha", ServiceKey::generate().unwrap());
    let token = stranger.service_token("beta", None).unwrap();
    assert_eq!(
        world.beta.verify(token.expose_secret()),
        Err(TokenError::UnknownKey)
    );
}

#[test]
fn a_service_cannot_take_another_name() {
    let world = world();
    assert!(verdict(&world, &claims()).is_ok());
    let issuer = Claims {
        iss: "issuer".to_owned(),
        ..claims()
    };
    assert!(matches!(
        verdict(&world, &issuer),
        Err(TokenError::Invalid(_))
    ));
    let subject = Claims {
        sub: "issuer".to_owned(),
        ..claims()
    };
    assert!(matches!(
        verdict(&world, &subject),
        Err(TokenError::Invalid(_))
    ));
    let granted = Claims {
        grants: vec![Grant::everywhere("admin")],
        ..claims()
    };
    assert!(matches!(
        verdict(&world, &granted),
        Err(TokenError::Invalid(_))
    ));
}

#[test]
fn an_expired_token_is_refused_and_so_is_one_that_lives_too_long() {
    let world = world();
    let now = unix_now().as_secs();
    let expired = Claims {
        exp: now - LEEWAY_SECONDS - 1,
        ..claims()
    };
    assert!(matches!(
        verdict(&world, &expired),
        Err(TokenError::Invalid(_))
    ));
    let eternal = Claims {
        exp: now + TOKEN_LIFE.as_secs() + 60,
        ..claims()
    };
    assert_eq!(verdict(&world, &eternal), Err(TokenError::TooLong));
}

#[test]
fn a_person_token_never_lives_longer_than_five_minutes() {
    let world = world();
    let token = world
        .issuer
        .person_token(PERSON, &[], Duration::from_hours(24))
        .unwrap();
    assert!(world.beta.verify(token.expose_secret()).is_ok());
}

#[test]
fn an_altered_token_is_refused() {
    let world = world();
    let token = world.alpha.service_token("beta", None).unwrap();
    let other = world.alpha.service_token("gamma", None).unwrap();
    let (head, _) = token.expose_secret().rsplit_once('.').unwrap();
    let (_, signature) = other.expose_secret().rsplit_once('.').unwrap();
    let altered = format!("{head}.{signature}");
    assert!(matches!(
        world.beta.verify(&altered),
        Err(TokenError::Invalid(_))
    ));
    assert_eq!(world.beta.verify("no token"), Err(TokenError::Malformed));
}
