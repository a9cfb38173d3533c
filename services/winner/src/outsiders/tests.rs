use super::*;

fn refused(outsiders: &[Outsider]) -> Vec<String> {
    let mut problems = Problems::default();
    validate(outsiders, &mut problems);
    problems.refused().iter().map(ToString::to_string).collect()
}

fn outsider(name: &str, aggregate: &str) -> Outsider {
    Outsider {
        name: name.to_owned(),
        service: "intake".to_owned(),
        aggregates: vec![aggregate.to_owned()],
    }
}

#[test]
fn an_outsider_reads_public_types_by_a_consumer_of_its_own() {
    let portal = outsider("portal", "submission");
    assert_eq!(refused(std::slice::from_ref(&portal)), [""; 0]);
    assert_eq!(portal.spec().durable(), portal.durable());
    assert_eq!(portal.spec().aggregates, ["submission"]);
    let lent = portal.reader(&Naming::new("winner", "WINNER"));
    assert_eq!(lent.stream, "WINNER_INTAKE_PUBLIC");
}

#[test]
fn what_is_internal_or_named_twice_is_refused() {
    let found = refused(&[outsider("portal", "screening"), outsider("portal", "wave")]);
    assert_eq!(
        found,
        [
            "outsiders.0.aggregates: screening is no PUBLIC aggregate type of intake",
            "outsiders: portal is there twice",
        ]
    );
}
