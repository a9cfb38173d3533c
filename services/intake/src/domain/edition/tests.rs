use super::check::check;
use super::*;
use crate::fixtures::definition;

fn problems(
    change: impl FnOnce(&mut winner_proto::intake::v1::EditionDefinition),
) -> Vec<(String, &'static str)> {
    let mut wrong = definition("contoh");
    change(&mut wrong);
    let problems = check(&wrong).expect_err("a problem");
    problems
        .into_iter()
        .map(|problem| (problem.path, problem.code))
        .collect()
}

#[test]
fn a_sound_definition_becomes_rules() {
    let rules = check(&definition("contoh")).unwrap();
    assert_eq!(rules.edition.as_str(), "contoh");
    assert_eq!(rules.waves.len(), 2);
    assert_eq!(rules.form.fields().len(), 4);
    let place = |region: &str, issue: &str| {
        let region = RegionCode::parse(region).unwrap();
        let issue = IssueId::parse(issue).unwrap();
        rules
            .place(region, &issue)
            .map(|wave| wave.as_str().to_owned())
    };
    assert_eq!(place("53.71", "air-bersih"), Ok("gelombang-1".to_owned()));
    assert_eq!(place("53.71", "sampah"), Err(PlaceError::IssueNotValidated));
    assert_eq!(
        place("12", "sampah"),
        Err(PlaceError::ProvinceNotPartOfEdition)
    );
}

#[test]
fn a_problem_names_the_path_of_its_field() {
    let found = problems(|d| {
        d.rounds[0].rubric.as_mut().unwrap().criteria[1].weight_thousandths = 500;
    });
    let path = "rounds[0].rubric.criteria[1].weight_thousandths".to_owned();
    assert_eq!(found, [(path, "WEIGHTS_DO_NOT_SUM_TO_1000")]);
}

#[test]
fn every_problem_is_told_at_once() {
    let found = problems(|d| {
        d.edition_id = "X".to_owned();
        d.title = None;
        d.issues[1].issue_id = "air-bersih".to_owned();
        d.provinces[0].region_code = "20".to_owned();
        d.provinces[1].wave_id = "gelombang-9".to_owned();
        d.waves[1].submissions.as_mut().unwrap().closes_at = None;
        d.form.as_mut().unwrap().fields[2].choices.clear();
        d.screening_criteria.clear();
        d.rounds[0].min_reviews = 0;
        d.rounds[0].tie_breaks.clear();
        d.objection_window = None;
    });
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    for path in [
        "edition_id",
        "title.id",
        "issues[1].issue_id",
        "provinces[0].region_code",
        "provinces[1].wave_id",
        "waves[1].submissions.closes_at.at",
        "form.fields[2].choices",
        "screening_criteria",
        "rounds[0].min_reviews",
        "rounds[0].tie_breaks",
        "objection_window",
    ] {
        assert!(paths.contains(&path), "{path} is missing in {paths:?}");
    }
}

#[test]
fn an_empty_definition_is_refused_without_a_panic() {
    assert!(check(&winner_proto::intake::v1::EditionDefinition::default()).is_err());
}

#[test]
fn a_window_that_closes_before_it_opens_is_refused() {
    let found = problems(|d| {
        let window = d.waves[0].submissions.as_mut().unwrap();
        window.opens_at = window.closes_at.as_ref().unwrap().at;
    });
    assert!(found.contains(&(
        "waves[0].submissions.closes_at.at".to_owned(),
        "CLOSES_BEFORE_OPENING"
    )));
}

#[test]
fn an_open_edition_keeps_its_waves_and_provinces() {
    let before = check(&definition("contoh")).unwrap();
    let mut changed = definition("contoh");
    changed.provinces[2].wave_id = "gelombang-1".to_owned();
    changed.waves.pop();
    let after = check(&changed).unwrap();
    let codes: Vec<_> = after
        .breaks_with(&before)
        .into_iter()
        .map(|p| p.code)
        .collect();
    assert_eq!(codes, ["WAVE_REMOVED", "PROVINCE_MOVED"]);
    assert_eq!(before.breaks_with(&before), []);
}
