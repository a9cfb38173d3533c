//! The cut: coin tosses and judges on whom it hangs are found where they are planted, and nowhere else.

use winner_judging_core::Places;
use winner_judging_core::Seed;
use winner_judging_core::alarms::Finding;
use winner_judging_core::alarms::cut::{coin_tosses, without_each_judge};
use winner_judging_core::model::{Model, Score};
use winner_judging_core::uncertainty::indifference_band;

/// A complete panel: entries of these merits, four judges, errors of a fifth of a point that sum to nothing.
fn panel(merits: &[f64], tamper: impl Fn(usize, usize) -> f64) -> Model {
    let errors = [0.2, -0.2, 0.1, -0.1];
    let leniencies = [0.5, -0.5, 0.2, -0.2];
    let scores = (0..merits.len() * 4)
        .map(|k| {
            let (entry, judge) = (k / 4, k % 4);
            let error = errors[(judge + entry) % 4];
            Score {
                entry,
                judge,
                total: merits[entry] + leniencies[judge] + error + tamper(entry, judge),
            }
        })
        .collect();
    let names = |letter: char, count: usize| (0..count).map(move |k| format!("{letter}{k}"));
    Model::fitted(
        names('E', merits.len())
            .map(|name| name.as_str().into())
            .collect(),
        names('J', 4).map(|name| name.as_str().into()).collect(),
        scores,
        None,
    )
}

fn fragile(model: &Model, top: u32) -> (Vec<String>, Vec<String>) {
    let standings = model.standings(Some(top), &Seed([2; 32]));
    let mut found = coin_tosses(model, &standings);
    found.extend(without_each_judge(model, top, Places::THREE));
    let entries = found.iter().filter_map(|finding| match finding {
        Finding::FragileCut { entry, .. } => Some(entry.clone()),
        _ => None,
    });
    let judges = found.iter().filter_map(|finding| match finding {
        Finding::FragileJudge { judge, .. } => Some(judge.clone()),
        _ => None,
    });
    (entries.collect(), judges.collect())
}

fn band(model: &Model, size: usize) -> Vec<usize> {
    let fit = model.fit.as_ref().unwrap();
    let mut order: Vec<usize> = (0..model.entries.len()).collect();
    order.sort_by(|a, b| fit.entries[*b].blup.total_cmp(&fit.entries[*a].blup));
    let mut band = indifference_band(&fit.posterior, &order, size);
    band.sort_unstable();
    band
}

const CLEAR: [f64; 8] = [9.0, 8.0, 7.0, 6.0, 4.0, 3.0, 2.0, 1.0];

#[test]
fn a_clear_cut_rings_for_nobody() {
    let model = panel(&CLEAR, |_, _| 0.0);
    assert_eq!(fragile(&model, 4), (Vec::new(), Vec::new()));
    assert_eq!(band(&model, 4), Vec::<usize>::new());
}

#[test]
fn two_entries_at_the_cut_that_hardly_differ_are_coin_tosses() {
    let mut merits = CLEAR;
    merits[4] = 5.99;
    let model = panel(&merits, |_, _| 0.0);
    let (entries, _) = fragile(&model, 4);
    assert_eq!(entries, ["E3", "E4"]);
    assert_eq!(band(&model, 4), [3, 4]);
    // The same round cut where it is clear.
    assert_eq!(fragile(&model, 2).0, Vec::<String>::new());
}

#[test]
fn a_judge_who_alone_lifts_an_entry_over_the_cut_is_named_with_who_would_change() {
    // Without J0, E4 is a point behind E3; with its mark raised by six points it is half a point ahead.
    let mut merits = CLEAR;
    merits[4] = 5.0;
    let model = panel(
        &merits,
        |entry, judge| {
            if (entry, judge) == (4, 0) { 6.0 } else { 0.0 }
        },
    );
    let hangs = without_each_judge(&model, 4, Places::THREE);
    let named: Vec<(&str, &[String], &[String])> = hangs
        .iter()
        .filter_map(|finding| match finding {
            Finding::FragileJudge {
                judge,
                would_enter,
                would_leave,
            } => Some((judge.as_str(), &would_enter[..], &would_leave[..])),
            _ => None,
        })
        .collect();
    assert_eq!(
        named,
        [("J0", &["E3".to_owned()][..], &["E4".to_owned()][..])]
    );
}
