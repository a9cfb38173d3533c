//! The mixed model against references solved to machine precision, and its edge cases.

use std::collections::BTreeMap;

use serde_json::Value;
use winner_judging_core::reml::{Absence, Crossing, Fit, Observation, Variances, fit, fit_with};

use crate::support::*;

/// Scores by name: what a reference set holds.
pub(crate) type Scores = Vec<(String, String, f64)>;

/// Sorted names and the arranged scores.
pub(crate) fn arrange(scores: &Scores) -> (Vec<String>, Vec<String>, Crossing) {
    let names = |pick: fn(&(String, String, f64)) -> &String| -> Vec<String> {
        let mut names: Vec<String> = scores.iter().map(|row| pick(row).clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let (entries, judges) = (names(|row| &row.0), names(|row| &row.1));
    let at = |names: &[String], name: &String| {
        u32::try_from(names.binary_search(name).unwrap()).unwrap()
    };
    let observations = scores
        .iter()
        .map(|(entry, judge, score)| Observation {
            entry: at(&entries, entry),
            judge: at(&judges, judge),
            score: *score,
        })
        .collect();
    let crossing = Crossing::new(entries.len(), judges.len(), observations).unwrap();
    (entries, judges, crossing)
}

/// The scores of a set, over its criteria summed or averaged.
pub(crate) fn load(file: &str, mean: bool) -> Option<Scores> {
    let mut cells: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    for row in read_csv(file)? {
        let cell = cells
            .entry((row["entry"].clone(), row["judge"].clone()))
            .or_default();
        cell.0 += row["score"].parse::<f64>().unwrap();
        cell.1 += 1.0;
    }
    Some(
        cells
            .into_iter()
            .map(|((entry, judge), (sum, count))| {
                (entry, judge, if mean { sum / count } else { sum })
            })
            .collect(),
    )
}

fn close(what: &str, ours: f64, reference: &Value, tolerance: f64) {
    let reference = reference.as_f64().unwrap();
    let gap = (ours - reference).abs();
    assert!(
        gap <= tolerance,
        "{what}: {ours} against {reference}, {gap:e} apart"
    );
}

fn matches_reference(set: &str, file: &str, mean: bool) {
    let Some(scores) = load(file, mean) else {
        return;
    };
    let reference = read_json(&format!("reference/reml_exact_{set}.json")).unwrap();
    let (entries, judges, crossing) = arrange(&scores);
    let fit = fit(&crossing).unwrap();
    let relative = |value: &Value| 1e-8 * value.as_f64().unwrap().abs();
    println!("{set}: {} evaluations", fit.evaluations);
    for (what, ours) in [
        ("var_entry", fit.variances.entry),
        ("var_judge", fit.variances.judge),
        ("var_resid", fit.variances.error),
        ("se_mu", fit.se_mu),
    ] {
        close(what, ours, &reference[what], relative(&reference[what]));
    }
    close("mu", fit.mu, &reference["mu"], 1e-8);
    close("reml_crit", fit.reml_crit, &reference["reml_crit"], 1e-7);
    let merit_sds = fit.posterior.merit_sds();
    for (side, names, effects) in [
        ("entry", &entries, &fit.entries),
        ("judge", &judges, &fit.judges),
    ] {
        let ids = reference[side]["id"].as_array().unwrap();
        assert_eq!(ids.len(), names.len());
        for (index, id) in ids.iter().enumerate() {
            let at = names
                .binary_search(&id.as_str().unwrap().to_owned())
                .unwrap();
            close(
                side,
                effects[at].blup,
                &reference[side]["blup"][index],
                1e-8,
            );
            let sd = &reference[side]["pev_sd"][index];
            close(side, effects[at].pev_sd, sd, relative(sd));
            if side == "entry" {
                let sd = &reference[side]["fair_average_sd"][index];
                close("fair_average_sd", merit_sds[at], sd, relative(sd));
            }
        }
    }
}

#[test]
fn conference_reviews_match_the_exact_reference() {
    matches_reference("conference_reviews", "conference_reviews.csv", false);
}

#[test]
fn essays_match_the_exact_reference() {
    matches_reference("essay_ratings3_total", "essay_ratings3.csv", false);
}

#[test]
fn a_complete_panel_of_four_matches_the_exact_reference() {
    matches_reference("irr_video", "irr_video.csv", false);
}

#[test]
fn skating_matches_the_exact_reference() {
    matches_reference(
        "skating2018_all_mean_component",
        "skating2018_components.csv",
        true,
    );
}

#[test]
fn a_complete_panel_of_thirteen_matches_the_exact_reference() {
    matches_reference("standard_setting", "standard_setting_immer10.csv", false);
}

#[test]
fn the_synthetic_set_matches_the_exact_reference() {
    matches_reference("synthetic_small_300x60x3", "small_300x60x3.csv", false);
}

fn scores(rows: &[(&str, &str, f64)]) -> Scores {
    rows.iter()
        .map(|(e, j, s)| ((*e).to_owned(), (*j).to_owned(), *s))
        .collect()
}

fn fitted(rows: &[(&str, &str, f64)]) -> Fit {
    fit(&arrange(&scores(rows)).2).unwrap()
}

#[test]
fn equal_scores_leave_no_variance_and_no_nan() {
    let fit = fitted(&[
        ("A", "J1", 5.0),
        ("A", "J2", 5.0),
        ("B", "J1", 5.0),
        ("B", "J2", 5.0),
    ]);
    assert_eq!(
        fit.variances,
        Variances {
            entry: 0.0,
            judge: 0.0,
            error: 0.0
        }
    );
    assert!(
        fit.entries
            .iter()
            .all(|effect| effect.blup == 0.0 && effect.pev_sd == 0.0)
    );
    assert_eq!(fit.mu.to_bits(), 5.0f64.to_bits());
}

#[test]
fn a_single_judge_has_no_effect_that_could_be_told() {
    let fit = fitted(&[
        ("A", "J", 7.0),
        ("A", "J", 6.5),
        ("B", "J", 6.0),
        ("C", "J", 6.0),
    ]);
    assert_eq!(fit.judge_absence, Some(Absence::OneLevel));
    assert_eq!(fit.judges[0].blup.to_bits(), 0.0f64.to_bits());
    assert!(fit.variances.entry > 0.0);
}

#[test]
fn judges_who_agree_have_variance_zero_proved_by_the_slope() {
    let rows: Vec<(String, String, f64)> = (0..8)
        .flat_map(|e| {
            (0..4).map(move |j| {
                let noise = if (e + j) % 2 == 0 { 0.3 } else { -0.3 };
                (format!("E{e}"), format!("J{j}"), f64::from(e) + noise)
            })
        })
        .collect();
    let fit = fit(&arrange(&rows).2).unwrap();
    assert_eq!(fit.judge_absence, Some(Absence::ZeroVariance));
    assert_eq!(fit.variances.judge.to_bits(), 0.0f64.to_bits());
    assert!(fit.variances.entry > 5.0 && fit.entry_absence.is_none());
    assert!(fit.entries.iter().all(|effect| effect.pev_sd > 0.0));
}

#[test]
fn frozen_variances_reproduce_the_fit_they_came_from() {
    let rows: Scores = (0..60)
        .map(|k| {
            (
                format!("E{}", k / 4),
                format!("J{}", (k * 7 + k / 4) % 9),
                f64::from((k * 37) % 11),
            )
        })
        .collect();
    let (.., crossing) = arrange(&rows);
    let free = fit(&crossing).unwrap();
    let frozen = fit_with(&crossing, free.variances).unwrap();
    for (one, other) in free.entries.iter().zip(&frozen.entries) {
        assert!((one.blup - other.blup).abs() < 1e-12);
        assert!(
            (one.pev_sd - other.pev_sd).abs() < 1e-8,
            "{} {}",
            one.pev_sd,
            other.pev_sd
        );
    }
}

#[test]
fn effects_move_with_the_location_and_stretch_with_the_scale_of_the_scores() {
    let rows: Scores = (0..60)
        .map(|k| {
            (
                format!("E{}", k / 4),
                format!("J{}", (k * 7 + k / 4) % 9),
                f64::from((k * 37) % 11),
            )
        })
        .collect();
    let mapped: Scores = rows
        .iter()
        .map(|(e, j, s)| (e.clone(), j.clone(), 40.0 + 3.0 * s))
        .collect();
    let (one, other) = (
        fit(&arrange(&rows).2).unwrap(),
        fit(&arrange(&mapped).2).unwrap(),
    );
    assert!((other.mu - (40.0 + 3.0 * one.mu)).abs() < 1e-8);
    assert!((other.variances.error / one.variances.error - 9.0).abs() < 1e-8);
    for (a, b) in one.entries.iter().zip(&other.entries) {
        assert!((b.blup - 3.0 * a.blup).abs() < 1e-8 && (b.pev_sd - 3.0 * a.pev_sd).abs() < 1e-8);
    }
}
