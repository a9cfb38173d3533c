use super::super::Verdict;
use super::*;

fn server() -> Server {
    Server {
        version: 170_002,
        durable: true,
        standby: false,
        connections: 97,
        production: true,
    }
}

#[test]
fn a_server_that_forgets_fails_in_production_and_is_odd_in_a_rehearsal() {
    assert_eq!(durability(&server()).verdict, Verdict::Good);
    let forgetful = |production| Server {
        durable: false,
        production,
        ..server()
    };
    assert_eq!(durability(&forgetful(true)).verdict, Verdict::Bad);
    assert_eq!(durability(&forgetful(false)).verdict, Verdict::Odd);
}

#[test]
fn a_standby_and_an_old_server_are_found() {
    let standby = Server {
        standby: true,
        ..server()
    };
    assert!(durability(&standby).remedy.contains("primary"));
    let old = Server {
        version: 150_004,
        ..server()
    };
    assert!(durability(&old).remedy.contains("16"));
}

#[test]
fn pools_that_do_not_fit_are_found_with_the_numbers() {
    assert_eq!(room(&server(), 97).verdict, Verdict::Good);
    let tight = room(&server(), 98);
    assert_eq!(tight.verdict, Verdict::Bad);
    assert!(tight.seen.contains("98") && tight.seen.contains("97"));
}
