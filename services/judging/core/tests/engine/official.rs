//! Official skating protocols, to the digit.

use std::collections::BTreeMap;

use crate::support::*;
use winner_judging_core::Thousandths;
use winner_judging_core::protocol::Protocol;

/// Panel scores with their factors.
type Products = Vec<(Thousandths, Thousandths)>;
/// The marks of one panel, the factor, and the official panel score.
type Panel<'a> = (Vec<Option<Thousandths>>, &'a str, &'a str);

const RULE: Protocol = Protocol::SKATING_COMPONENTS;

fn decimal(text: &str) -> Thousandths {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn olympic_panel_scores_component_totals_and_segment_totals_are_reproduced() {
    let Some(rows) = read_csv("skating2018_components.csv") else {
        return;
    };
    let mut panels: BTreeMap<(&str, &str), Panel<'_>> = BTreeMap::new();
    for row in &rows {
        let panel = panels.entry((&row["entry"], &row["aspect_id"])).or_insert((
            Vec::new(),
            &row["factor"],
            &row["official_panel_score"],
        ));
        panel.0.push(Some(decimal(&row["score"])));
    }
    let mut totals: BTreeMap<&str, Products> = BTreeMap::new();
    for ((entry, _), (marks, factor, official)) in &panels {
        let score = RULE.panel_score(marks).unwrap();
        assert_eq!(score, decimal(official), "{entry}");
        totals
            .entry(entry)
            .or_default()
            .push((score, decimal(factor)));
    }
    assert_eq!((panels.len(), totals.len()), (1250, 250));
    for official in read_csv("skating2018_official.csv").unwrap() {
        let components = RULE.total(&totals[official["entry"].as_str()]);
        assert_eq!(components, decimal(&official["total_component_score"]));
        let parts = [
            decimal(&official["total_element_score"]),
            decimal(&official["total_deductions"]),
        ];
        let segment = Thousandths(components.0 + parts[0].0 + parts[1].0);
        assert_eq!(segment, decimal(&official["total_segment_score"]));
    }
}

#[test]
fn a_season_of_panels_with_absent_judges_is_reproduced() {
    let Some(rows) = read_csv("skating2016_17_components_wide.csv") else {
        return;
    };
    let mut totals: BTreeMap<(&str, &str, &str), (Products, &str)> = BTreeMap::new();
    for row in &rows {
        let marks: Vec<Option<Thousandths>> = (1..=9)
            .map(|judge| &row[&format!("J{judge}")])
            .map(|mark| Some(decimal(if mark.is_empty() { "0" } else { mark })))
            .map(|mark| mark.filter(|mark| *mark != Thousandths::ZERO))
            .collect();
        let score = RULE.panel_score(&marks).unwrap();
        assert_eq!(score, decimal(&row["official_panel_score"]), "{row:?}");
        totals
            .entry((&row["entry"], &row["competition"], &row["program"]))
            .or_insert((Vec::new(), &row["official_component_total"]))
            .0
            .push((score, decimal(&row["factor"])));
    }
    assert_eq!((rows.len(), totals.len()), (8630, 1726));
    for (products, official) in totals.values() {
        assert_eq!(RULE.total(products), decimal(official));
    }
}
