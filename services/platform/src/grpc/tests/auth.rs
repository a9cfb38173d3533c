use tonic::Code;
use uuid::Uuid;

use crate::auth::link::LinkClaims;
use crate::auth::{Grant, TOKEN_LIFE};
use crate::error::details;
use crate::grpc::GrpcConfig;
use crate::grpc::testing::{LINKS, OFFICES, OPEN, value, world};

const PERSON: Uuid = Uuid::from_u128(7);

#[tokio::test]
async fn an_office_is_admitted_and_known_to_the_handler() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let token = world
        .issuer
        .person_token(PERSON, &[Grant::new("clerk", "2026")], TOKEN_LIFE);
    let answer = world
        .order_with("who", "Bearer", &token.unwrap())
        .await
        .unwrap();
    assert_eq!(value(&answer, "actor"), format!("person:{PERSON}"));
}

#[tokio::test]
async fn another_office_is_refused_with_a_reason_and_nothing_else() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    let token = world
        .issuer
        .person_token(PERSON, &[Grant::new("cook", "2026")], TOKEN_LIFE);
    let refused = world
        .order_with("who", "Bearer", &token.unwrap())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let details = details(&refused);
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.domain.as_str()),
        ("CALLER_NOT_ADMITTED", "winner.beta")
    );
    assert!(info.metadata.is_empty());
}

#[tokio::test]
async fn nobody_and_a_forged_token_are_asked_to_sign_in() {
    let world = world(OFFICES, GrpcConfig::default()).await;
    assert_eq!(
        world.order("who").await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let forged = secrecy::SecretString::from("for.ged.token");
    let refused = world
        .order_with("who", "Bearer", &forged)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let basic = world.order_with("who", "Basic", &forged).await.unwrap_err();
    assert_eq!(basic.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_public_rpc_takes_anybody_but_no_forged_token() {
    let world = world(OPEN, GrpcConfig::default()).await;
    let answer = world.order("who").await.unwrap();
    assert_eq!(value(&answer, "actor"), "nobody");
    let forged = secrecy::SecretString::from("for.ged.token");
    let refused = world
        .order_with("who", "Bearer", &forged)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_link_opens_what_links_open() {
    let claims = LinkClaims {
        purpose: "confirm".to_owned(),
        subject: "42".to_owned(),
        expires: i64::MAX,
        nonce: "n".to_owned(),
    };
    let by_link = world(LINKS, GrpcConfig::default()).await;
    let token = by_link.links.sign(&claims).unwrap();
    let answer = by_link.order_with("who", "Link", &token).await.unwrap();
    assert_eq!(value(&answer, "actor"), "link:confirm:42");

    let expired = by_link
        .links
        .sign(&LinkClaims {
            expires: 1,
            ..claims
        })
        .unwrap();
    let refused = by_link
        .order_with("who", "Link", &expired)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);

    let by_office = world(OFFICES, GrpcConfig::default()).await;
    let refused = by_office
        .order_with("who", "Link", &token)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}
