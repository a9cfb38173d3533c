//! Alarms: positive controls that must ring, negative controls that must not.

use std::collections::BTreeMap;

use winner_judging_core::Seed;
use winner_judging_core::alarms::affinity::{findings, of_judges, overall};
use winner_judging_core::draws::Key;
use winner_judging_core::model::{Model, Score};

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
