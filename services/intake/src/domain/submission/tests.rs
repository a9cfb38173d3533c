use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;
use winner_proto::types::v1::{Value, value::Kind};

use super::*;
use crate::domain::deadline::Moment;
use crate::domain::edition::EditionRules;
use crate::domain::edition::check::check;
use crate::domain::form::AnswerError;
use crate::fixtures::{DEADLINE, at, definition};

fn rules() -> EditionRules {
    check(&definition("contoh")).unwrap()
}

fn seal_rules(rules: &EditionRules) -> SealRules {
    let wave = WaveId::parse("gelombang-1").unwrap();
    SealRules {
        window: rules.waves[&wave].submissions,
        edition_version: 1,
    }
}

fn draft() -> Draft {
    Draft {
        proposal: Proposal {
            id: SubmissionId::from_uuid(Uuid::from_u128(1)),
            edition: EditionId::parse("contoh").unwrap(),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(2)),
            wave: WaveId::parse("gelombang-1").unwrap(),
            region: RegionCode::parse("53.71").unwrap(),
            issue: IssueId::parse("air-bersih").unwrap(),
            title: "Air untuk semua".to_owned(),
            challenges: Vec::new(),
            answers: BTreeMap::new(),
        },
        etag: 1,
        sealed_version: 0,
    }
}

fn text(text: &str) -> Value {
    Value {
        kind: Some(Kind::Text(text.to_owned())),
    }
}

fn rupiah(amount: i64) -> Value {
    Value {
        kind: Some(Kind::Rupiah(amount)),
    }
}

fn edit(changes: &[(&str, Value, i64)]) -> Edit {
    let change = |(id, value, base_version): &(&str, Value, i64)| {
        let change = FieldChange {
            value: value.clone(),
            base_version: *base_version,
        };
        (FieldId::parse(id).unwrap(), change)
    };
    Edit {
        answers: changes.iter().map(change).collect(),
        title: None,
    }
}

fn complete() -> Draft {
    let answers = [
        ("ringkasan", text("Saringan air"), 0),
        ("biaya", rupiah(50_000_000), 0),
    ];
    draft().edit(&rules().form, edit(&answers)).unwrap()
}

#[test]
fn two_members_change_different_fields_at_once() {
    let form = rules().form;
    let both_saw = complete();
    let one = both_saw
        .edit(&form, edit(&[("ringkasan", text("Lebih baik"), 1)]))
        .unwrap();
    let two = one
        .edit(&form, edit(&[("biaya", rupiah(60_000_000), 1)]))
        .unwrap();
    assert_eq!(two.etag, 4);
}

#[test]
fn a_field_that_changed_meanwhile_is_not_overwritten() {
    let form = rules().form;
    let changed = complete()
        .edit(&form, edit(&[("ringkasan", text("Lebih baik"), 1)]))
        .unwrap();
    let late = edit(&[("ringkasan", text("Lama"), 1), ("biaya", rupiah(1), 1)]);
    let refused = changed.edit(&form, late).unwrap_err();
    assert_eq!(
        refused,
        EditError::Stale(vec![FieldId::parse("ringkasan").unwrap()])
    );
}

#[test]
fn an_answer_must_fit_its_field() {
    let misfits = [
        ("catatan", text(&"x".repeat(21)), 0),
        ("biaya", text("mahal"), 0),
        ("tidak-ada", text("x"), 0),
    ];
    let EditError::Invalid(found) = draft().edit(&rules().form, edit(&misfits)).unwrap_err() else {
        panic!("another error")
    };
    let codes: Vec<_> = found.into_iter().map(|(_, error)| error).collect();
    assert_eq!(
        codes,
        [
            AnswerError::WrongType,
            AnswerError::TooLong(20),
            AnswerError::UnknownField
        ]
    );
}

#[test]
fn an_incomplete_draft_is_told_every_missing_field_in_the_forms_order() {
    let rules = rules();
    let blank = draft()
        .edit(&rules.form, edit(&[("ringkasan", text("  "), 0)]))
        .unwrap();
    let refused = blank
        .submit(&rules.form, at(DEADLINE), &seal_rules(&rules))
        .unwrap_err();
    let fields = ["ringkasan", "biaya"]
        .map(|id| FieldId::parse(id).unwrap())
        .to_vec();
    assert_eq!(refused, SubmitError::Incomplete(fields));
}

#[test]
fn the_deadline_second_counts_whole_in_every_zone() {
    let rules = rules();
    let submit = |arrived: &str| complete().submit(&rules.form, at(arrived), &seal_rules(&rules));
    // 13:59:59 WIT is 11:59:59 WIB.
    assert!(submit("2026-02-20T13:59:59+09:00").is_ok());
    let sealed = submit("2026-02-20T13:59:59.9994+09:00").unwrap();
    assert_eq!(sealed.arrived, at("2026-02-20T11:59:59.999+07:00"));
    assert_eq!(
        submit("2026-02-20T14:00:00+09:00"),
        Err(SubmitError::Closed)
    );
    assert_eq!(
        submit("2026-02-05T23:59:59.999+07:00"),
        Err(SubmitError::NotOpenYet)
    );
}

#[test]
fn the_same_content_hashes_the_same_and_another_salt_does_not() {
    let rules = rules();
    let sealed = complete()
        .submit(&rules.form, at(DEADLINE), &seal_rules(&rules))
        .unwrap();
    let content = serde_json::to_string(&sealed.content()).unwrap();
    assert_eq!(
        content,
        serde_json::to_string(&sealed.clone().content()).unwrap()
    );
    let hash = content::ContentHash::of(&[1; 16], &content);
    assert_eq!(hash, content::ContentHash::of(&[1; 16], &content));
    assert_ne!(hash, content::ContentHash::of(&[2; 16], &content));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Edit,
    Submit { seconds_before_deadline: i64 },
    Withdraw,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Edit),
        (-5_i64..5).prop_map(|s| Step::Submit {
            seconds_before_deadline: s
        }),
        Just(Step::Withdraw),
    ]
}

/// A submission as the store holds it.
enum Any {
    Draft(Draft),
    Sealed(Sealed),
    Withdrawn,
}

proptest! {
    #[test]
    fn no_sequence_of_steps_seals_late_or_changes_what_is_sealed(steps in proptest::collection::vec(step(), 0..10)) {
        let rules = rules();
        let seal = seal_rules(&rules);
        let mut now = Any::Draft(complete());
        for step in steps {
            now = match (now, step) {
                (Any::Draft(draft), Step::Edit) => {
                    let version = draft.proposal.answers[&FieldId::parse("biaya").unwrap()].version;
                    Any::Draft(draft.edit(&rules.form, edit(&[("biaya", rupiah(1), version)])).unwrap())
                }
                (Any::Draft(draft), Step::Submit { seconds_before_deadline }) => {
                    let distance = Duration::from_secs(seconds_before_deadline.unsigned_abs());
                    let arrived = if seconds_before_deadline >= 0 {
                        at(DEADLINE).checked_sub(distance)
                    } else {
                        at(DEADLINE).checked_add(distance)
                    }.unwrap();
                    match draft.clone().submit(&rules.form, arrived, &seal) {
                        Ok(sealed) => {
                            prop_assert_eq!(seal.window.place(arrived), Moment::Within);
                            prop_assert_eq!(&sealed.proposal, &draft.proposal);
                            prop_assert_eq!(sealed.version, draft.sealed_version + 1);
                            Any::Sealed(sealed)
                        }
                        Err(refused) => {
                            prop_assert_eq!(refused, SubmitError::Closed);
                            prop_assert!(seconds_before_deadline < 0);
                            Any::Draft(draft)
                        }
                    }
                }
                (Any::Draft(_), Step::Withdraw) => {
                    prop_assert_eq!(withdraw(State::Draft), Ok(Withdrawal::OfDraft));
                    Any::Withdrawn
                }
                (Any::Sealed(_), Step::Withdraw) => {
                    prop_assert_eq!(withdraw(State::Submitted), Ok(Withdrawal::OfSubmitted));
                    Any::Withdrawn
                }
                // There is no function that edits or seals these.
                (Any::Withdrawn, _) => {
                    prop_assert_eq!(withdraw(State::Withdrawn), Err(AlreadyWithdrawn));
                    Any::Withdrawn
                }
                (Any::Sealed(sealed), Step::Edit | Step::Submit { .. }) => {
                    prop_assert_eq!(sealed.version, 1);
                    Any::Sealed(sealed)
                }
            };
        }
    }
}
