//! What the mixed model promises, one promise a test, over random rounds.

use proptest::prelude::*;
use winner_judging_core::model::{Model, Score};
use winner_judging_core::reml::Variances;
use winner_judging_core::sensitivity::ranks;
use winner_judging_core::*;

use crate::support::*;

const TOP: Aggregator = Aggregator::Reml { top: Some(4) };

/// A random connected round: 14 entries, 7 judges, three to five reviews each.
fn rounds() -> impl Strategy<Value = RankingInput> {
    let review = (0usize..7, 2i64..=20);
    let entry = (proptest::collection::vec(review, 3..=5), 0i64..6);
    proptest::collection::vec(entry, 14).prop_map(|entries| {
        let mut rule = plain();
        rule.aggregator = TOP;
        let mut input = round(rule, &[]);
        for (index, (reviews, merit)) in entries.into_iter().enumerate() {
            let name = format!("E{index:02}");
            input.entries.push(EntryId::new(name.as_str()));
            for (offset, (judge, mark)) in reviews.into_iter().enumerate() {
                let judge = format!("J{}", (judge + offset + index) % 7);
                let mark = Some(((mark + 2 * merit) * 250).min(10_000));
                let card = card(&name, &judge, &[("overall", mark)]);
                let known = |c: &Scorecard| c.entry == card.entry && c.judge == card.judge;
                if !input.scorecards.iter().any(known) {
                    input.scorecards.push(card);
                }
            }
        }
        input
    })
}

fn bytes(ranking: &Ranking) -> Vec<u8> {
    canonical::to_bytes(ranking).unwrap()
}

/// The totals as the model sees them.
fn model_of(input: &RankingInput) -> Model {
    let entries = winner_judging_core::round::assemble(input).unwrap();
    Model::of(&entries.iter().collect::<Vec<_>>())
}

fn merits(model: &Model) -> Vec<f64> {
    let fit = model.fit.as_ref().unwrap();
    fit.entries
        .iter()
        .map(|effect| fit.mu + effect.blup)
        .collect()
}

fn frozen(model: &Model, scores: Vec<Score>) -> Model {
    let variances = Variances {
        entry: 1.1,
        judge: 0.4,
        error: 1.3,
    };
    Model::fitted(
        model.entries.clone(),
        model.judges.clone(),
        scores,
        Some(variances),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_of_scorecards_gives_the_same_bytes(input in rounds(), by in 1usize..40) {
        let mut other = input.clone();
        let count = other.scorecards.len();
        other.scorecards.rotate_left(by % count);
        other.scorecards.swap(0, count / 2);
        other.entries.reverse();
        prop_assert_eq!(bytes(&compute(&input).unwrap()), bytes(&compute(&other).unwrap()));
    }

    #[test]
    fn a_recused_review_leaves_no_trace_in_the_model(input in rounds(), pick in any::<usize>()) {
        let gone = input.scorecards[pick % input.scorecards.len()].clone();
        let mut excluded = input.clone();
        excluded.exclusions.push(Exclusion {
            entry: gone.entry.clone(),
            judge: gone.judge.clone(),
            reason: ExclusionReason::Recused,
        });
        let mut never = input.clone();
        never.scorecards.retain(|card| *card != gone);
        let (one, other) = (compute(&excluded).unwrap(), compute(&never).unwrap());
        prop_assert_eq!(one.ranking_hash, other.ranking_hash);
    }

    #[test]
    fn the_names_of_judges_do_not_matter(input in rounds()) {
        let mut renamed = input.clone();
        for card in &mut renamed.scorecards {
            // The order of the names is turned round as well.
            let number: u32 = card.judge.as_str()[1..].parse().unwrap();
            card.judge = JudgeId::new(format!("Z{}", 9 - number));
        }
        let (one, other) = (compute(&input).unwrap(), compute(&renamed).unwrap());
        let scores = |ranking: &Ranking| -> Vec<(String, u32, i64)> {
            let rows = ranking.rows.iter();
            rows.map(|row| (row.entry.to_string(), row.rank, row.score.0)).collect()
        };
        prop_assert_eq!(scores(&one), scores(&other));
    }

    #[test]
    fn the_names_of_entries_do_not_matter(input in rounds()) {
        let mut renamed = input.clone();
        // The order of the names is turned round as well.
        let other = |entry: &EntryId| EntryId::new(format!("Z{}", 99 - entry.as_str()[1..].parse::<u32>().unwrap()));
        renamed.entries = input.entries.iter().map(other).collect();
        for card in &mut renamed.scorecards {
            card.entry = other(&card.entry);
        }
        let scores = |ranking: &Ranking, name: &dyn Fn(&EntryId) -> EntryId| {
            let rows = ranking.rows.iter();
            let mut rows: Vec<_> = rows.map(|row| (row.rank, name(&row.entry), row.score)).collect();
            rows.sort();
            rows
        };
        let (one, two) = (compute(&input).unwrap(), compute(&renamed).unwrap());
        prop_assert_eq!(scores(&one, &other), scores(&two, &EntryId::clone));
    }

    #[test]
    fn merits_move_with_the_location_and_stretch_with_the_scale(
        input in rounds(),
        by in -50i8..50,
        factor in 1u8..20,
    ) {
        let (by, factor) = (f64::from(by), f64::from(factor) / 4.0);
        let model = model_of(&input);
        prop_assume!(model.fit.is_ok());
        let mut scores = model.scores.clone();
        for score in &mut scores {
            score.total = by + factor * score.total;
        }
        let mapped = Model::fitted(model.entries.clone(), model.judges.clone(), scores, None);
        prop_assert_eq!(&model.refusal, &mapped.refusal);
        let tolerance = 1e-8 * (1.0 + factor + by.abs());
        for (one, other) in merits(&model).iter().zip(merits(&mapped)) {
            prop_assert!((other - (by + factor * one)).abs() < tolerance, "{} {}", one, other);
        }
        let sds = |model: &Model| -> Vec<f64> {
            model.standings(None, &Seed([0; 32])).iter().map(|standing| standing.sd).collect()
        };
        for (one, other) in sds(&model).iter().zip(sds(&mapped)) {
            prop_assert!((other - factor * one).abs() < 1e-6 * factor, "{} {}", one, other);
        }
    }

    #[test]
    fn with_frozen_variances_a_raised_score_never_lowers_its_entry(
        input in rounds(),
        pick in any::<usize>(),
        raise in 1u8..5,
    ) {
        let model = model_of(&input);
        prop_assume!(model.fit.is_ok());
        let before = merits(&frozen(&model, model.scores.clone()));
        let mut scores = model.scores.clone();
        let at = pick % scores.len();
        let entry = scores[at].entry;
        scores[at].total += f64::from(raise) / 2.0;
        let after = merits(&frozen(&model, scores));
        prop_assert!(after[entry] > before[entry]);
        let rank = |merits: &[f64]| ranks(merits, Places::THREE)[entry];
        prop_assert!(rank(&after) <= rank(&before));
    }

    #[test]
    fn a_judge_who_adds_a_constant_moves_no_rank_in_a_complete_panel(
        marks in proptest::collection::vec(0u8..20, 40),
        judge in 0usize..5,
        shift in -8i8..8,
    ) {
        let scores: Vec<Score> = marks
            .iter()
            .enumerate()
            .map(|(k, mark)| Score { entry: k / 5, judge: k % 5, total: f64::from(*mark) / 2.0 })
            .collect();
        let mut shifted = scores.clone();
        for score in shifted.iter_mut().filter(|score| score.judge == judge) {
            score.total += f64::from(shift) / 2.0;
        }
        let ids = |prefix: char, count: usize| (0..count).map(move |i| format!("{prefix}{i}"));
        let model = |scores| {
            Model::fitted(
                ids('E', 8).map(EntryId::new).collect(),
                ids('J', 5).map(JudgeId::new).collect(),
                scores,
                None,
            )
        };
        let fixed = |scores| {
            let figures = methods::additive(&model(scores)).unwrap();
            ranks(&figures, Places::THREE)
        };
        prop_assert_eq!(fixed(scores), fixed(shifted));
    }

    #[test]
    fn nothing_is_ever_not_a_number(
        marks in proptest::collection::vec((0usize..6, 0usize..4, 0u8..3), 1..30)
    ) {
        let mut scores: Vec<Score> = Vec::new();
        for (entry, judge, mark) in marks {
            if !scores.iter().any(|s| (s.entry, s.judge) == (entry, judge)) {
                scores.push(Score { entry, judge, total: f64::from(mark) });
            }
        }
        let renumber = |of: fn(&Score) -> usize| {
            let set: std::collections::BTreeSet<usize> = scores.iter().map(of).collect();
            set.into_iter().collect::<Vec<_>>()
        };
        let (entries, judges) = (renumber(|s| s.entry), renumber(|s| s.judge));
        for score in &mut scores {
            score.entry = entries.binary_search(&score.entry).unwrap();
            score.judge = judges.binary_search(&score.judge).unwrap();
        }
        let model = Model::fitted(
            entries.iter().map(|e| EntryId::new(format!("E{e}"))).collect(),
            judges.iter().map(|j| JudgeId::new(format!("J{j}"))).collect(),
            scores,
            None,
        );
        if let Ok(fit) = &model.fit {
            let variances = fit.variances;
            let figures = fit.entries.iter().chain(&fit.judges).flat_map(|e| [e.blup, e.pev_sd]);
            let whole = [variances.entry, variances.judge, variances.error, fit.mu, fit.se_mu];
            prop_assert!(figures.chain(whole).all(f64::is_finite));
            for standing in model.standings(Some(2), &Seed([0; 32])) {
                let list = [standing.merit, standing.sd, standing.low, standing.high];
                prop_assert!(list.into_iter().all(f64::is_finite));
                prop_assert!(standing.expected_rank >= 1.0 - 1e-9);
                prop_assert!((0.0..=1.0).contains(&standing.top.unwrap()));
            }
        }
    }
}

#[test]
fn a_corrected_score_under_frozen_variances_moves_its_entry_the_right_way() {
    let mut rule = plain();
    rule.aggregator = TOP;
    let mut input = round(rule, &[]);
    for entry in 0..12 {
        let name = format!("E{entry:02}");
        input.entries.push(EntryId::new(name.as_str()));
        for judge in 0..4 {
            let noise = (entry * 5 + judge * 7 + entry * judge) % 11;
            let mark = 1500 + 400 * entry + 250 * noise + 300 * ((judge + entry) % 6);
            let judge = format!("J{}", (judge + entry) % 6);
            input
                .scorecards
                .push(card(&name, &judge, &[("overall", Some(mark))]));
        }
    }
    let (before, figures) = ranking::compute_with_model(&input).unwrap();
    let figures = figures.unwrap();
    let variances = Variances {
        entry: figures.var_entry,
        judge: figures.var_judge,
        error: figures.var_resid,
    };
    let (again, _) = compute_frozen(&input, variances).unwrap();
    let scores = |ranking: &Ranking| -> Vec<(String, i64)> {
        ranking
            .rows
            .iter()
            .map(|row| (row.entry.to_string(), row.score.0))
            .collect()
    };
    assert_eq!(scores(&before), scores(&again), "nothing was corrected yet");
    let corrected = input.scorecards[8].entry.clone();
    let raised = [("overall".into(), Mark::Given(Thousandths(9750)))];
    input.scorecards[8].marks = raised.into();
    let (after, _) = compute_frozen(&input, variances).unwrap();
    let row = |ranking: &Ranking| {
        ranking
            .rows
            .iter()
            .find(|r| r.entry == corrected)
            .unwrap()
            .clone()
    };
    assert!(row(&after).score > row(&again).score && row(&after).rank <= row(&again).rank);
}
