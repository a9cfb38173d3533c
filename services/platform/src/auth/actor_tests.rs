use tonic::Code;

use super::*;

fn keeper() -> Actor {
    Actor::of_person(
        Uuid::from_u128(1),
        vec![
            Grant::new("clerk", "2026"),
            Grant::new("keeper", "2026").within("73.71"),
            Grant::everywhere("admin"),
        ],
    )
}

#[test]
fn an_office_holds_in_its_own_edition_only() {
    let actor = keeper();
    assert!(actor.holds("clerk", "2026"));
    assert!(!actor.holds("clerk", "2027"));
    assert!(!actor.holds("head", "2026"));
    assert_eq!(
        actor
            .require(&["head", "clerk"], "2026")
            .err()
            .map(|e| e.code()),
        None
    );
    let refused = actor.require(&["head"], "2026").unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}

#[test]
fn an_office_of_the_installation_is_no_office_in_an_edition() {
    let actor = keeper();
    assert!(!actor.holds("admin", "2026"));
    assert!(actor.holds_everywhere("admin"));
    assert!(!actor.holds_everywhere("clerk"));
}

#[test]
fn an_office_for_a_part_holds_for_that_part_only() {
    let actor = keeper();
    assert!(actor.require_scope("keeper", "2026", "73.71").is_ok());
    assert!(actor.require_scope("keeper", "2026", "73.72").is_err());
    assert!(actor.require_scope("keeper", "2027", "73.71").is_err());
    assert!(actor.holds_scope("clerk", "2026", "73.72"));
    assert_eq!(
        actor.scopes("keeper", "2026").collect::<Vec<_>>(),
        ["73.71"]
    );
}

#[test]
fn nobody_is_asked_to_sign_in_and_a_service_is_refused() {
    let nobody = Actor::nobody();
    assert_eq!(nobody.person().unwrap_err().code(), Code::Unauthenticated);
    assert_eq!(
        nobody.require(&["head"], "2026").unwrap_err().code(),
        Code::Unauthenticated
    );
    let service = Actor::of_service("alpha", Some(Uuid::from_u128(1)));
    assert_eq!(service.person().unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(service.service().unwrap(), "alpha");
    assert!(!service.holds("clerk", "2026"));
}

#[test]
fn a_request_that_passed_no_server_is_our_mistake() {
    let refused = Actor::from_request(&Request::new(())).unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
    let request = keeper().attach(Request::new(()));
    assert_eq!(Actor::from_request(&request).unwrap(), keeper());
}

#[test]
fn keys_of_different_callers_differ() {
    let person = Uuid::from_u128(1);
    let keys = [
        Actor::nobody().key(),
        keeper().key(),
        Actor::of_service("alpha", None).key(),
        Actor::of_service("alpha", Some(person)).key(),
    ];
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
}
