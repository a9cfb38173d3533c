//! Reading folders of templates.

use super::*;

/// The folder that the binary is made of.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../notification/templates");

#[test]
fn the_folder_of_the_repository_is_what_the_binary_carries() {
    let folder = set(Some(Path::new(SHIPPED))).unwrap();
    let shipped = Set::shipped();
    assert!(folder.iter().eq(shipped.iter()));
    assert_eq!(lint(&folder), []);
}

#[test]
fn every_purpose_and_every_form_has_a_sample() {
    for purpose in Purpose::ALL {
        assert_eq!(sample(purpose.code()).unwrap().purpose(), purpose);
    }
    let form = sample("outcome_ineligible").unwrap();
    assert_eq!(form.purpose(), Purpose::OutcomeAnnounced);
    let unknown = sample("promosi").unwrap_err().to_string();
    assert!(unknown.contains("there are invitation, submission_received"));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = set(Some(Path::new("tidak-ada"))).unwrap_err();
    assert!(format!("{error:#}").contains("tidak-ada/parts"));
}
