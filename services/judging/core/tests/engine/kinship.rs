//! Judges who favour their own or each other's: found where it is planted, and at no more than the stated rate where it is not.

use winner_judging_core::Seed;
use winner_judging_core::alarms::Finding;
use winner_judging_core::alarms::affinity;
use winner_judging_core::alarms::bloc::blocs;
use winner_judging_core::alarms::reciprocity::{self, Circles};
use winner_judging_core::analysis::{Kinship, kinships};
use winner_judging_core::draws::{Key, Ziggurat};
use winner_judging_core::model::{Model, Score};
use winner_judging_core::reml::deleted::deleted_residuals;
use winner_judging_core::sheet;
use winner_judging_core::table::Table;

const ENTRIES: usize = 60;
const JUDGES: usize = 12;

/// Judges 0 and 6, 1 and 7, … are of one institute of six; entries go round the same six.
fn institute(position: usize) -> usize {
    position % 6
}

fn circles() -> Circles {
    let named = |count: usize| -> Vec<Option<String>> {
        (0..count)
            .map(|at| Some(format!("I{}", institute(at))))
            .collect()
    };
    Circles {
        judges: named(JUDGES),
        entries: named(ENTRIES),
    }
}

/// Every entry has eight of the twelve judges; marks are halves of a point, as people give them.
fn round(seed: u8, favour: impl Fn(usize, usize) -> f64) -> Model {
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([seed; 32]), "kinship").stream(0);
    let leniencies: Vec<f64> = (0..JUDGES)
        .map(|_| 0.4 * ziggurat.normal(&mut stream))
        .collect();
    let mut scores = Vec::new();
    for entry in 0..ENTRIES {
        let merit = 6.0 + 1.2 * ziggurat.normal(&mut stream);
        for (judge, leniency) in leniencies.iter().enumerate() {
            let noise = 0.8 * ziggurat.normal(&mut stream);
            if (judge + entry / 6) % 3 == 0 {
                continue;
            }
            let score = merit + leniency + noise + favour(judge, entry);
            scores.push(Score {
                entry,
                judge,
                total: (score * 2.0).round() / 2.0,
            });
        }
    }
    let names = |letter: char, count: usize| (0..count).map(move |k| format!("{letter}{k:02}"));
    Model::fitted(
        names('E', ENTRIES)
            .map(|name| name.as_str().into())
            .collect(),
        names('J', JUDGES)
            .map(|name| name.as_str().into())
            .collect(),
        scores,
        None,
    )
}

/// The alarms on kinship and on blocs.
fn rung(model: &Model) -> Vec<Finding> {
    let home: Vec<bool> = model
        .scores
        .iter()
        .map(|score| institute(score.entry) == institute(score.judge))
        .collect();
    let variances = model.fit.as_ref().unwrap().variances;
    let residuals = deleted_residuals(&model.crossing().unwrap(), variances).unwrap();
    let mut found = affinity::findings(model, "institute", &home);
    found.extend(reciprocity::findings("institute", &circles(), &residuals));
    found.extend(blocs(model, &residuals));
    found
}

#[test]
fn institutes_that_lift_each_other_are_named_and_nobody_else() {
    let found = rung(&round(1, |judge, entry| {
        let pair = (institute(judge), institute(entry));
        if pair == (1, 4) || pair == (4, 1) {
            2.0
        } else {
            0.0
        }
    }));
    let named: Vec<_> = found
        .iter()
        .filter_map(|finding| match finding {
            Finding::Reciprocity {
                circles,
                deviations,
                reviews,
                ..
            } => {
                assert!(deviations.iter().all(|z| *z > 1.0), "{deviations:?}");
                assert!(reviews.iter().all(|count| *count >= 10), "{reviews:?}");
                Some(circles.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(named, [["I1".to_owned(), "I4".to_owned()]]);
}

#[test]
fn a_favour_that_is_not_returned_is_no_reciprocity() {
    let found = rung(&round(2, |judge, entry| {
        if (institute(judge), institute(entry)) == (1, 4) {
            2.0
        } else {
            0.0
        }
    }));
    assert!(
        !found
            .iter()
            .any(|finding| matches!(finding, Finding::Reciprocity { .. })),
        "{found:?}"
    );
}

#[test]
fn a_judge_who_favours_the_own_institute_is_named() {
    let found = rung(&round(3, |judge, entry| {
        if judge == 5 && institute(entry) == institute(5) {
            3.0
        } else {
            0.0
        }
    }));
    let named: Vec<&str> = found
        .iter()
        .filter_map(|finding| match finding {
            Finding::Affinity {
                judge: Some(judge),
                difference,
                ..
            } => {
                assert!((1.5..4.5).contains(difference), "{difference}");
                Some(judge.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(named, ["J05"]);
}

/// Four families of tests at 1 %: without bias, of 200 rounds 8 are expected to ring at most; 20 would be one chance in ten thousand.
#[test]
fn without_bias_kinship_and_blocs_ring_at_no_more_than_the_stated_rate() {
    let rang = (10..210)
        .filter(|seed| !rung(&round(*seed, |_, _| 0.0)).is_empty())
        .count();
    assert!(rang <= 19, "{rang} of 200");
}

/// Five home marks of one value among many that scatter: Welch's test takes the lack of spread for precision, permutation does not.
#[test]
fn a_handful_of_equal_home_marks_is_no_proof() {
    let mut model = round(4, |_, _| 0.0);
    // Judge 0 against one other on every entry: deviations of -3, -1, 1 and 3, but 1.2 on five home entries.
    model.scores.clear();
    for entry in 0..ENTRIES {
        let away = [-3.0, -1.0, 1.0, 3.0][entry % 4];
        let deviation = if entry % 12 == 0 { 1.2 } else { away };
        for (judge, total) in [(0, 6.0 + deviation), (1, 6.0)] {
            model.scores.push(Score {
                entry,
                judge,
                total,
            });
        }
    }
    let home: Vec<bool> = model
        .scores
        .iter()
        .map(|score| score.judge == 0 && score.entry % 12 == 0)
        .collect();
    let welch = affinity::of_judges(&model, &home, 5);
    assert!(welch[0].q < 0.01, "{welch:?}");
    let findings = affinity::findings(&model, "institute", &home);
    let judges = findings
        .iter()
        .filter(|finding| matches!(finding, Finding::Affinity { judge: Some(_), .. }));
    assert_eq!(judges.count(), 0, "{findings:?}");
}

#[test]
fn circles_come_from_the_columns_that_entries_and_judges_share() {
    let sheet = "entry,judge,score,institute,judge_institute,colour\n\
                 A,J1,5,I1,I2,red\nA,J2,6,I1,I1,red\nB,J1,4,I2,I2,blue\nB,J2,5,I2,I1,blue\nC,J1,7,,I2,red\n";
    let loaded = sheet::load(&sheet::parse(sheet).unwrap());
    let table = Table::of(&loaded, sheet::Combine::Mean);
    let (entries, judges) = (table.entries.clone(), table.judges.clone());
    let model = Model::fitted(entries, judges, table.scores, None);
    let found = kinships(&loaded, &model);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["institute"]);
    let Kinship { home, circles } = &found["institute"];
    assert_eq!(home, &[false, true, true, false, false]);
    let named = |names: &[&str]| -> Vec<Option<String>> {
        let named = names.iter();
        named
            .map(|name| (!name.is_empty()).then(|| (*name).to_owned()))
            .collect()
    };
    assert_eq!(circles.entries, named(&["I1", "I2", ""]));
    assert_eq!(circles.judges, named(&["I2", "I1"]));
}
