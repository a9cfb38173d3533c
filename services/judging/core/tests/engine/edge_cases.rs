//! The hand-made cases of the reference data, with the outcome each must have.

use serde_json::Value;
use winner_judging_core::graph::Graph;
use winner_judging_core::*;

use crate::support::*;

fn case(name: &str) -> Option<Value> {
    let all = read_json("edge_cases.json")?;
    let found = all["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == name);
    Some(found.unwrap().clone())
}

/// The case's scores as a round with one criterion, ranked by the mixed model.
fn input(case: &Value) -> RankingInput {
    let mut rule = plain();
    rule.aggregator = Aggregator::Reml { top: None };
    let rows: Vec<(&str, &str, i64)> = case["scores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let score = row[2].as_i64().unwrap() * 1000;
            (row[0].as_str().unwrap(), row[1].as_str().unwrap(), score)
        })
        .collect();
    round(rule, &rows)
}

fn graph(input: &RankingInput) -> (Vec<JudgeId>, Graph) {
    let mut judges: Vec<JudgeId> = input.scorecards.iter().map(|c| c.judge.clone()).collect();
    judges.sort();
    judges.dedup();
    let edges = input.scorecards.iter().map(|card| {
        (
            input.entries.binary_search(&card.entry).unwrap(),
            judges.binary_search(&card.judge).unwrap(),
        )
    });
    let graph = Graph::new(input.entries.len(), judges.len(), edges);
    (judges, graph)
}

#[test]
fn panels_that_no_judge_links_are_not_calibrated_and_the_reason_is_said() {
    for name in ["disconnected_panels", "nested_judges"] {
        let Some(case) = case(name) else { return };
        let ranking = compute(&input(&case)).unwrap();
        let refusal = ranking.refusal.unwrap();
        let (_, graph) = graph(&input(&case));
        assert_eq!(graph.component_count(), 2, "{name}");
        if let Some(reason) = case["expect"]["reason"].as_str() {
            assert!(matches!(&refusal, Refusal::Disconnected { panels } if panels.len() == 2));
            assert_eq!(refusal.in_english(), reason);
        }
        assert!(
            ranking
                .rows
                .iter()
                .all(|row| row.corrected.is_none() && row.score == row.raw)
        );
    }
}

#[test]
fn the_judge_on_whom_a_graph_hangs_is_named() {
    let Some(case) = case("articulation_judge") else {
        return;
    };
    let (judges, graph) = graph(&input(&case));
    assert_eq!(graph.component_count(), 1);
    let named: Vec<&str> = graph
        .articulation_judges()
        .into_iter()
        .map(|judge| judges[judge].as_str())
        .collect();
    assert_eq!(named, ["J2"]);
}

#[test]
fn equal_scores_give_everybody_the_first_rank() {
    let Some(case) = case("all_equal") else {
        return;
    };
    let ranking = compute(&input(&case)).unwrap();
    assert_eq!(ranks(&ranking), [(1, "A"), (1, "B")]);
}

#[test]
fn an_entry_that_lost_its_only_review_needs_a_new_judge_and_changes_nobody() {
    let Some(case) = case("entry_left_with_no_review_after_recusal") else {
        return;
    };
    let whole = input(&case);
    let mut recused = whole.clone();
    recused.exclusions = case["recused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| Exclusion {
            entry: pair[0].as_str().unwrap().into(),
            judge: pair[1].as_str().unwrap().into(),
            reason: ExclusionReason::Recused,
        })
        .collect();
    let mut never = whole;
    never.scorecards.retain(|card| card.entry.as_str() != "B");
    let (one, other) = (compute(&recused).unwrap(), compute(&never).unwrap());
    assert_eq!(one.unranked[0].entry.as_str(), "B");
    assert_eq!(one.rows, other.rows);
}

#[test]
fn a_single_judge_is_not_corrected() {
    let Some(case) = case("single_judge") else {
        return;
    };
    let ranking = compute(&input(&case)).unwrap();
    assert_eq!(ranking.refusal, Some(Refusal::FewerThanTwoJudges));
    assert_eq!(ranks(&ranking), [(1, "A"), (2, "B"), (2, "C")]);
}

#[test]
fn the_olympic_tie_goes_to_the_higher_component_score() {
    let Some(case) = case("tie_break_medvedeva_zagitova_2018_free") else {
        return;
    };
    // The total and the component score as two criteria, the second of which breaks ties.
    let scale = Scale {
        min: Thousandths::ZERO,
        max: Thousandths::whole(1000),
        step: Thousandths(10),
    };
    let mut rule = draft(vec![
        criterion("components", 1),
        criterion("total", 999_999),
    ]);
    rule.criteria
        .iter_mut()
        .for_each(|criterion| criterion.scale = scale);
    rule.rounding.result = Places::TWO;
    rule.ties = vec![TieBreak::Criterion {
        id: "components".into(),
    }];
    let mut input = round(rule, &[]);
    for (name, total) in case["totals"].as_object().unwrap() {
        let decimal = |text: &Value| Some(text.as_str().unwrap().parse::<Thousandths>().unwrap().0);
        input.entries.push(name.as_str().into());
        let marks = [
            ("total", decimal(total)),
            ("components", decimal(&case["values"][name])),
        ];
        input.scorecards.push(card(name, "panel", &marks));
    }
    let ranking = compute(&input).unwrap();
    assert_eq!(ranking.rows[0].score, ranking.rows[1].score);
    assert_eq!(ranks(&ranking), [(1, "MEDVEDEVA"), (2, "ZAGITOVA")]);
}
