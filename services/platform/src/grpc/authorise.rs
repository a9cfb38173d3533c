//! Whether a caller is admitted to an RPC at all. Which of its resources they may touch is for the
//! handler to say.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use winner_proto::policy::{Audience, MethodPolicy};

use crate::auth::{Actor, Caller, Verifier};
use crate::clock::Clock;
use crate::error::ApiError;

/// Recognises the caller and admits them by the policy.
pub(super) fn authorise(
    policy: &MethodPolicy,
    verifier: &Verifier,
    clock: &Clock,
    headers: &HeaderMap,
) -> Result<Actor, ApiError> {
    let actor = recognise(verifier, clock, headers)?;
    admit(policy, &actor)?;
    Ok(actor)
}

/// The caller by their `authorization`: `Bearer` and a token, `Link` and a link's token, or none.
/// A token that is not valid is refused even where none is needed: its holder believes in it.
fn recognise(verifier: &Verifier, clock: &Clock, headers: &HeaderMap) -> Result<Actor, ApiError> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(Actor::nobody());
    };
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(ApiError::unauthenticated)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        verifier
            .verify(token.trim())
            .map_err(|error| refused(&error))
    } else if scheme.eq_ignore_ascii_case("link")
        && let Some(key) = verifier.links()
    {
        let claims = key
            .verify(token.trim(), clock.real())
            .map_err(|error| refused(&error))?;
        Ok(Actor::of_link(claims))
    } else {
        Err(ApiError::unauthenticated())
    }
}

/// The cause is for us; a caller learns only that the token was not accepted.
fn refused(cause: &dyn std::error::Error) -> ApiError {
    tracing::info!(%cause, "auth.token_refused");
    ApiError::unauthenticated()
}

fn admit(policy: &MethodPolicy, actor: &Actor) -> Result<(), ApiError> {
    let admitted = match (&actor.caller, policy.audience) {
        (_, Audience::Public) | (Caller::Person(_), Audience::SignedIn) => true,
        (Caller::Service(name), _) => policy.services.contains(&name.as_str()),
        (Caller::Person(_), Audience::Offices) => actor
            .grants
            .iter()
            .any(|grant| policy.offices.contains(&grant.office.as_str())),
        (Caller::Link(_), audience) => audience == Audience::Link,
        (Caller::Person(_), Audience::Link | Audience::Services) => false,
        (Caller::Nobody, _) => return Err(ApiError::unauthenticated()),
    };
    if admitted {
        return Ok(());
    }
    tracing::info!(caller = actor.kind(), "auth.caller_refused");
    Err(ApiError::denied("CALLER_NOT_ADMITTED"))
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use uuid::Uuid;

    use super::*;
    use crate::auth::Grant;
    use crate::auth::link::LinkClaims;

    const fn policy(audience: Audience) -> MethodPolicy {
        MethodPolicy {
            path: "/a/B",
            audience,
            offices: &["clerk"],
            services: &["alpha"],
            stamps_arrival: false,
        }
    }

    #[test]
    fn every_audience_admits_its_callers_and_no_others() {
        let person = Actor::of_person(Uuid::from_u128(1), vec![]);
        let clerk = Actor::of_person(Uuid::from_u128(2), vec![Grant::new("clerk", "2026")]);
        let other = Actor::of_person(Uuid::from_u128(3), vec![Grant::new("cook", "2026")]);
        let (alpha, beta) = (
            Actor::of_service("alpha", None),
            Actor::of_service("beta", None),
        );
        let link = Actor::of_link(LinkClaims {
            purpose: "p".to_owned(),
            subject: "s".to_owned(),
            expires: 0,
            nonce: "n".to_owned(),
        });
        let nobody = Actor::nobody();
        // Callers:            nobody  link   person clerk  other  alpha  beta
        let table = [
            (Audience::Public, [true, true, true, true, true, true, true]),
            (
                Audience::Link,
                [false, true, false, false, false, true, false],
            ),
            (
                Audience::SignedIn,
                [false, false, true, true, true, true, false],
            ),
            (
                Audience::Offices,
                [false, false, false, true, false, true, false],
            ),
            (
                Audience::Services,
                [false, false, false, false, false, true, false],
            ),
        ];
        for (audience, expected) in table {
            let callers = [&nobody, &link, &person, &clerk, &other, &alpha, &beta];
            for (actor, expected) in callers.into_iter().zip(expected) {
                let admitted = admit(&policy(audience), actor);
                assert_eq!(
                    admitted.is_ok(),
                    expected,
                    "{audience:?} and {}",
                    actor.key()
                );
                let code = if *actor == nobody {
                    Code::Unauthenticated
                } else {
                    Code::PermissionDenied
                };
                assert!(admitted.is_ok() || admitted.unwrap_err().code() == code);
            }
        }
    }
}
