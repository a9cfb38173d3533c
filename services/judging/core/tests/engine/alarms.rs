//! Alarms: positive controls that must ring, negative controls that must not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use winner_judging_core::alarms::affinity::{findings, of_judges, overall};
use winner_judging_core::alarms::{Finding, judges};
use winner_judging_core::analysis::{Evidence, alarms};
use winner_judging_core::draws::{Key, Ziggurat};
use winner_judging_core::model::{Model, Score};
use winner_judging_core::report::{Parts, Report};
use winner_judging_core::sensitivity::Method;
use winner_judging_core::table::Table;
use winner_judging_core::{Places, Seed, sheet};

use crate::support::*;

/// Component totals of the 2018 Olympics, and whether judge and skater share a country.
fn skating() -> Option<(Model, Vec<bool>)> {
    let rows = read_csv("skating2018_components.csv")?;
    let mut reviews: BTreeMap<(String, String), (f64, bool)> = BTreeMap::new();
    for row in &rows {
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        let review = reviews
            .entry((row["entry"].clone(), row["judge"].clone()))
            .or_default();
        review.0 += number("score") * number("factor");
        review.1 = row["entry_country"] == row["judge_country"];
    }
    let sorted = |names: &mut dyn Iterator<Item = &String>| {
        let mut names: Vec<String> = names.cloned().collect();
        names.sort();
        names.dedup();
        names
    };
    let entries = sorted(&mut reviews.keys().map(|(entry, _)| entry));
    let judges = sorted(&mut reviews.keys().map(|(_, judge)| judge));
    let scores = reviews
        .iter()
        .map(|((entry, judge), (total, _))| Score {
            entry: entries.binary_search(entry).unwrap(),
            judge: judges.binary_search(judge).unwrap(),
            total: *total,
        })
        .collect();
    let ids = |names: &[String]| names.to_vec();
    let model = Model::fitted(
        ids(&entries)
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        ids(&judges)
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        scores,
        None,
    );
    Some((model, reviews.into_values().map(|(_, home)| home).collect()))
}

#[test]
fn olympic_judges_favour_their_own_by_the_published_amount() {
    let Some((model, home)) = skating() else {
        return;
    };
    let reference =
        &read_json("reference/home_bias.json").unwrap()["results"]["skating2018_component_total"];
    let all = overall(&model, &home).unwrap();
    let expected = reference["coef_same_country"].as_f64().unwrap();
    assert!(
        (all.difference - expected).abs() < 1e-9,
        "{} {expected}",
        all.difference
    );
    assert_eq!(all.home as u64, reference["n_same"].as_u64().unwrap());
    // The reference counts the panels as one connected graph; the true degrees differ by a few.
    assert!(
        (all.t - reference["t"].as_f64().unwrap()).abs() < 0.05,
        "{}",
        all.t
    );
    // The reference tests judges with three home entries; the alarm wants five.
    let judges = of_judges(&model, &home, 3);
    let listed = reference["per_judge"].as_array().unwrap();
    assert_eq!(judges.len(), listed.len());
    for theirs in listed {
        let name = theirs["judge"].as_str().unwrap();
        let ours = judges
            .iter()
            .find(|j| model.judges[j.judge].as_str() == name)
            .unwrap();
        assert!((ours.difference - theirs["dod"].as_f64().unwrap()).abs() < 1e-9);
        assert!((ours.t - theirs["welch_t"].as_f64().unwrap()).abs() < 1e-8);
        assert!((ours.p - theirs["welch_p_one_sided"].as_f64().unwrap()).abs() < 1e-10);
        assert!((ours.q - theirs["bh_q_welch"].as_f64().unwrap()).abs() < 1e-9);
    }
    assert_eq!(judges.iter().filter(|judge| judge.q < 0.01).count(), 7);
    // Of the seven, six have the five home entries that the alarm asks for; permutation acquits none of them, and agrees with the
    // reference's own 20,000 permutations.
    let named: Vec<(String, f64)> = findings(&model, "country", &home)
        .into_iter()
        .filter_map(|finding| match finding {
            Finding::Affinity {
                judge, permutation, ..
            } => judge.zip(permutation),
            _ => None,
        })
        .collect();
    assert_eq!(named.len(), 6);
    for (name, ours) in named {
        let theirs = listed.iter().find(|judge| judge["judge"] == name.as_str());
        let theirs = theirs.unwrap()["perm_p_one_sided"].as_f64().unwrap();
        assert!((ours - theirs).abs() < 0.008, "{name}: {ours} {theirs}");
    }
}

#[test]
fn shuffled_countries_ring_no_more_often_than_chance_allows() {
    let Some((model, home)) = skating() else {
        return;
    };
    let mut stream = Key::new(&Seed([5; 32]), "shuffle").stream(0);
    let mut rang = 0;
    for _ in 0..100 {
        let mut shuffled = home.clone();
        stream.shuffle(&mut shuffled);
        rang += usize::from(!findings(&model, "country", &shuffled).is_empty());
    }
    // Two tests at 1 %: two in a hundred are expected, nine would be one chance in ten thousand.
    assert!(rang <= 8, "{rang} of 100");
}

/// What is done to a score: entry, judge, place in the judge's sequence and the score before.
type Tamper<'a> = &'a dyn Fn(usize, usize, f64) -> f64;

/// Forty entries, ten judges who each see all of them in an order of their own, two criteria; tampered with.
fn alarms_of(seed: u8, tamper: Tamper<'_>) -> Vec<Finding> {
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([seed; 32]), "alarms").stream(0);
    let mut normal = || ziggurat.normal(&mut stream);
    let merits: Vec<f64> = (0..40).map(|_| 1.3 * normal()).collect();
    let leniencies: Vec<f64> = (0..10).map(|_| 0.3 * normal()).collect();
    let mut sheet = "entry,judge,criterion,score,order\n".to_owned();
    for (judge, leniency) in leniencies.iter().enumerate() {
        for place in 0..40 {
            // Every judge goes round in other steps, so that every entry comes after many others.
            let step = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23][judge];
            let entry = (place * step + judge) % 40;
            let before = (place > 0).then(|| merits[((place - 1) * step + judge) % 40]);
            let plain = 6.0 + merits[entry] + leniency + 0.8 * normal();
            let score = tamper(entry, judge, plain) + CONTRAST.get() * before.unwrap_or(0.0);
            for criterion in ["a", "b"] {
                let mark = score + 0.7 * normal();
                writeln!(sheet, "E{entry:02},J{judge},{criterion},{mark},{place}").unwrap();
            }
        }
    }
    let loaded = sheet::load(&sheet::parse(&sheet).unwrap());
    let table = Table::of(&loaded, sheet::Combine::Mean);
    let (entries, judges) = (table.entries.clone(), table.judges.clone());
    let model = Model::fitted(entries, judges, table.scores.clone(), None);
    let standings = model.standings(None, &Seed([0; 32]));
    let report = Report::of(&Parts {
        table: &table,
        model: &model,
        standings: &standings,
        aggregator: Method::Reml,
        places: Places::THREE,
        top: None,
    });
    let evidence = Evidence {
        table: &table,
        model: &model,
        standings: &standings,
        agreement: &report.agreement,
        design: &report.design,
        top: None,
        places: Places::THREE,
        kinships: BTreeMap::new(),
    };
    alarms(&evidence)
        .into_iter()
        .map(|alarm| alarm.finding)
        .collect()
}

thread_local! {
    /// How much the merit of the entry before adds to a score.
    static CONTRAST: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) };
}

/// An honest round rings only for what is far by chance: outlying reviews, and of these few.
#[test]
fn honest_rounds_raise_hardly_an_alarm() {
    let mut others = Vec::new();
    let mut outlying = 0;
    for seed in 0..20 {
        for finding in alarms_of(seed, &|_, _, score| score) {
            match finding {
                Finding::OutlyingReview { .. } => outlying += 1,
                // Beyond two standard deviations of ten judges is a share of a judge in a round.
                Finding::SevereJudge { .. } => {}
                other => others.push(other),
            }
        }
    }
    // 8,000 reviews beyond three standard deviations: 22 are expected.
    assert!(outlying < 45, "{outlying}");
    assert!(others.len() <= 2, "{others:?}");
}

fn names(findings: &[Finding], pick: fn(&Finding) -> Option<String>) -> Vec<String> {
    findings.iter().filter_map(pick).collect()
}

#[test]
fn a_review_far_from_the_others_is_found() {
    let found = alarms_of(1, &|entry, judge, score| {
        score + if (entry, judge) == (7, 3) { 6.0 } else { 0.0 }
    });
    let farthest = found.iter().find_map(|finding| match finding {
        Finding::OutlyingReview { entry, judge, z, q } => Some((entry, judge, *z > 4.0, *q < 0.01)),
        _ => None,
    });
    assert_eq!(
        farthest,
        Some((&"E07".to_owned(), &"J3".to_owned(), true, true))
    );
}

#[test]
fn a_severe_an_erratic_and_a_flat_judge_are_found_each_by_name() {
    let severe = alarms_of(2, &|_, judge, score| {
        score - if judge == 4 { 4.0 } else { 0.0 }
    });
    let strict = |finding: &Finding| match finding {
        Finding::SevereJudge {
            judge, leniency, ..
        } if *leniency < -2.0 => Some(judge.clone()),
        _ => None,
    };
    assert_eq!(names(&severe, strict), ["J4"]);
    let noise = |entry: usize| 2.5 * f64::from(u8::try_from(entry * 7 % 5).unwrap()) - 5.0;
    let erratic = alarms_of(3, &|entry, judge, score| {
        score + if judge == 5 { noise(entry) } else { 0.0 }
    });
    let wild = |finding: &Finding| match finding {
        Finding::ErraticJudge { judge, .. } => Some(judge.clone()),
        _ => None,
    };
    assert_eq!(names(&erratic, wild), ["J5"]);
}

#[test]
fn a_judge_who_follows_the_others_too_closely_is_found() {
    // The true merits of seed 4, drawn as the round draws them.
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([4; 32]), "alarms").stream(0);
    let merits: Vec<f64> = (0..40)
        .map(|_| 1.3 * ziggurat.normal(&mut stream))
        .collect();
    let found = alarms_of(4, &|entry, judge, score| {
        if judge == 6 {
            6.0 + merits[entry]
        } else {
            score
        }
    });
    let muted = |finding: &Finding| match finding {
        Finding::MutedJudge { judge, .. } => Some(judge.clone()),
        _ => None,
    };
    assert_eq!(names(&found, muted), ["J6"]);
}

#[test]
fn two_judges_who_deviate_together_are_found() {
    let shared = |entry: usize| f64::from(u8::try_from(entry * 13 % 7).unwrap()) - 3.0;
    let found = alarms_of(5, &|entry, judge, score| {
        score
            + if judge == 1 || judge == 8 {
                shared(entry)
            } else {
                0.0
            }
    });
    let pairs = |finding: &Finding| match finding {
        Finding::Bloc {
            judges: [one, other],
            ..
        } => Some(format!("{one}{other}")),
        _ => None,
    };
    assert_eq!(names(&found, pairs), ["J1J8"]);
}

#[test]
fn an_entry_that_suffers_from_the_one_before_it_is_noticed() {
    CONTRAST.set(-0.4);
    let found = alarms_of(6, &|_, _, score| score);
    CONTRAST.set(0.0);
    let told = found.iter().find_map(|finding| match finding {
        Finding::Sequence { t, reviews } => Some((*t < -3.0, *reviews)),
        _ => None,
    });
    assert_eq!(told, Some((true, 390)));
}

#[test]
fn one_mark_for_everything_and_one_for_all_criteria_are_found() {
    let mut sheet = "entry,judge,criterion,score\n".to_owned();
    for entry in 0..10 {
        for judge in 0..4 {
            for criterion in 0..2 {
                let varied = (entry * 7 + judge * 3 + criterion * 5 * (entry % 3)) % 9;
                let mark = match judge {
                    0 => 5,
                    1 => (entry * 3) % 8,
                    _ => varied,
                };
                writeln!(sheet, "E{entry},J{judge},c{criterion},{mark}").unwrap();
            }
        }
    }
    let table = Table::of(
        &sheet::load(&sheet::parse(&sheet).unwrap()),
        sheet::Combine::Mean,
    );
    let (entries, judges) = (table.entries.clone(), table.judges.clone());
    let model = Model::fitted(entries, judges, table.scores.clone(), None);
    let flat = judges::flat(&model);
    assert!(
        matches!(&flat[..], [Finding::FlatJudge { judge, .. }] if judge == "J0"),
        "{flat:?}"
    );
    let halo = judges::halo(&table);
    assert!(
        matches!(&halo[..], [Finding::Halo { judge, .. }] if judge == "J1"),
        "{halo:?}"
    );
}
