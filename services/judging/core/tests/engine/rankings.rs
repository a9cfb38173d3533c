//! What a ranking promises, one promise a test.

use crate::support::*;
use proptest::prelude::*;
use winner_judging_core::*;

#[test]
fn entries_stand_by_their_mean_and_equal_decimals_share_a_rank() {
    let input = round(
        plain(),
        &[
            ("A", "J1", 7000),
            ("B", "J1", 8000),
            ("B", "J2", 6000),
            ("C", "J2", 7000),
            ("D", "J1", 1000),
            ("E", "J1", 9000),
        ],
    );
    let ranking = compute(&input).unwrap();
    assert_eq!(
        ranks(&ranking),
        [(1, "E"), (2, "A"), (2, "B"), (2, "C"), (5, "D")]
    );
    let tie = ranking.rows[1].tie.as_ref().unwrap();
    assert_eq!(tie.tied_with, ["B".into(), "C".into()]);
    assert_eq!(
        tie.en,
        "equal on every declared rule: the rank is shared with 2 other(s)"
    );
    assert!(ranking.rows[0].tie.is_none());
    assert_eq!(ranking.rows[2].standard_error, Some(Thousandths(1000)));
    assert_eq!(
        ranking.rows[1].standard_error, None,
        "one review has no standard error"
    );
}

#[test]
fn rounding_to_the_declared_place_decides_who_is_tied() {
    let rows = [("A", "J1", 7004), ("B", "J1", 7000)];
    let exact = compute(&round(plain(), &rows)).unwrap();
    assert_eq!(ranks(&exact), [(1, "A"), (2, "B")]);
    let mut coarse = plain();
    coarse.rounding.result = Places::TWO;
    let rounded = compute(&round(coarse, &rows)).unwrap();
    assert_eq!(ranks(&rounded), [(1, "A"), (1, "B")]);
}

#[test]
fn weights_are_exact_and_an_abstention_is_not_a_zero() {
    let criteria = vec![
        criterion("a", 333_333),
        criterion("b", 333_333),
        criterion("c", 333_334),
    ];
    let mut input = round(draft(criteria), &[]);
    input.entries = vec!["E".into(), "F".into()];
    input.scorecards = vec![
        card(
            "E",
            "J",
            &[("a", Some(7000)), ("b", None), ("c", Some(8000))],
        ),
        card("F", "J", &[("a", Some(7000)), ("c", Some(8000))]),
    ];
    let ranking = compute(&input).unwrap();
    // (333333 * 7 + 333334 * 8) / 666667 = 7.50000075
    assert_eq!(ranking.rows[0].score, Thousandths(7500));
    assert_eq!(
        ranking.rows[1].score,
        Thousandths(7500),
        "a mark left out is an abstention"
    );
}

#[test]
fn a_scorecard_without_all_marks_can_be_dropped_or_refused_by_the_rule() {
    let mut rule = draft(vec![criterion("a", 500_000), criterion("b", 500_000)]);
    rule.missing = MissingMark::DropScorecard;
    let mut input = round(rule.clone(), &[]);
    input.entries = vec!["E".into()];
    input.scorecards = vec![card("E", "J", &[("a", Some(7000))])];
    let ranking = compute(&input).unwrap();
    assert!(ranking.rows.is_empty());
    let short = Unranked {
        entry: "E".into(),
        reviews: 0,
        needed: 1,
    };
    assert_eq!(ranking.unranked, [short]);
    rule.missing = MissingMark::Refuse;
    input.rubric = Rubric::new(rule).unwrap();
    let error = compute(&input).unwrap_err().to_string();
    assert_eq!(
        error,
        "judge `J` gave `E` no mark on `b`, and the rubric demands it"
    );
}

#[test]
fn an_entry_below_the_minimum_of_reviews_is_named_and_not_ranked() {
    let mut rule = plain();
    rule.min_reviews = 2;
    let input = round(
        rule,
        &[("A", "J1", 5000), ("A", "J2", 5000), ("B", "J1", 9000)],
    );
    let ranking = compute(&input).unwrap();
    assert_eq!(ranks(&ranking), [(1, "A")]);
    assert_eq!(
        ranking.unranked,
        [Unranked {
            entry: "B".into(),
            reviews: 1,
            needed: 2
        }]
    );
}

#[test]
fn a_recused_review_is_gone_as_if_it_had_never_been_written() {
    let rows = [
        ("A", "J1", 7000),
        ("A", "J2", 6000),
        ("B", "J2", 5000),
        ("C", "J1", 4000),
    ];
    let mut with = round(plain(), &rows);
    with.exclusions = vec![Exclusion {
        entry: "B".into(),
        judge: "J2".into(),
        reason: ExclusionReason::Recused,
    }];
    let mut without = round(plain(), &[rows[0], rows[1], rows[3]]);
    without.entries.push("B".into());
    let (with, without) = (compute(&with).unwrap(), compute(&without).unwrap());
    assert_eq!(with.unranked[0].entry.as_str(), "B");
    assert_eq!(with.rows, without.rows);
    assert_eq!(with.ranking_hash, without.ranking_hash);
    assert_ne!(
        with.inputs_hash, without.inputs_hash,
        "the recusal itself is on record"
    );
}

#[test]
fn the_declared_chain_breaks_ties_rule_by_rule_and_says_which() {
    let mut rule = draft(vec![
        criterion("impact", 500_000),
        criterion("plan", 500_000),
    ]);
    rule.ties = vec![
        TieBreak::Criterion {
            id: "impact".into(),
        },
        TieBreak::HeadToHead,
    ];
    let mut input = round(rule, &[]);
    input.entries = vec!["A".into(), "B".into(), "C".into()];
    let marks = |impact, plan| [("impact", Some(impact)), ("plan", Some(plan))];
    input.scorecards = vec![
        card("A", "J1", &marks(6000, 8000)),
        card("A", "J2", &marks(6000, 8000)),
        card("B", "J1", &marks(7000, 8000)),
        card("B", "J3", &marks(5000, 8000)),
        card("C", "J9", &marks(8000, 6000)),
    ];
    let ranking = compute(&input).unwrap();
    assert_eq!(ranks(&ranking), [(1, "C"), (2, "B"), (3, "A")]);
    let reasons: Vec<&str> = ranking
        .rows
        .iter()
        .map(|row| row.tie.as_ref().unwrap().en.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "tied with 2 other(s); decided by the mean mark on `impact`: 8.000",
            "tied with 2 other(s); decided by the share of head-to-head comparisons won: 1.000",
            "tied with 2 other(s); decided by the share of head-to-head comparisons won: 0.000",
        ]
    );
}

#[test]
fn a_draw_depends_on_the_seed_and_on_nothing_else() {
    let mut rule = plain();
    rule.ties = vec![TieBreak::SeededDraw];
    let rows = [
        ("A", "J1", 5000),
        ("B", "J1", 5000),
        ("C", "J1", 5000),
        ("D", "J1", 5000),
    ];
    let orders: std::collections::BTreeSet<String> = (0..32)
        .map(|seed| {
            let mut input = round(rule.clone(), &rows);
            input.seed = Seed([seed; 32]);
            let ranking = compute(&input).unwrap();
            assert_eq!(
                ranking.rows.last().unwrap().rank,
                4,
                "a draw leaves no shared rank"
            );
            ranks(&ranking).iter().map(|(_, entry)| *entry).collect()
        })
        .collect();
    assert!(orders.len() > 8, "32 seeds gave only {orders:?}");
}

#[test]
fn the_trimmed_mean_and_the_median_drop_what_they_say() {
    let rows = [
        ("A", "J1", 1000),
        ("A", "J2", 6000),
        ("A", "J3", 8000),
        ("A", "J4", 9000),
    ];
    let mut rule = plain();
    rule.aggregator = Aggregator::TrimmedMean { drop: 1 };
    assert_eq!(
        compute(&round(rule.clone(), &rows)).unwrap().rows[0].score,
        Thousandths(7000)
    );
    rule.aggregator = Aggregator::Median;
    assert_eq!(
        compute(&round(rule.clone(), &rows)).unwrap().rows[0].score,
        Thousandths(7000)
    );
    assert_eq!(
        compute(&round(rule.clone(), &rows[..3])).unwrap().rows[0].score,
        Thousandths(6000)
    );
    assert_eq!(
        compute(&round(rule, &rows)).unwrap().rows[0].raw,
        Thousandths(6000)
    );
}

#[test]
fn scorecards_that_do_not_fit_the_rubric_are_named() {
    let error =
        |rows: &[(&str, &str, i64)]| compute(&round(plain(), rows)).unwrap_err().to_string();
    assert_eq!(
        error(&[("A", "J", 10_001)]),
        "judge `J` gave `A` 10.001 on `overall`: not on the scale"
    );
    assert_eq!(
        error(&[("A", "J", 1), ("A", "J", 1)]),
        "judge `J` has two scorecards for entry `A`"
    );
    let mut input = round(plain(), &[("A", "J", 1)]);
    input.entries.clear();
    assert!(
        compute(&input)
            .unwrap_err()
            .to_string()
            .contains("not in the round")
    );
}

#[test]
fn an_empty_round_has_an_empty_ranking() {
    let ranking = compute(&round(plain(), &[])).unwrap();
    assert!(ranking.rows.is_empty() && ranking.unranked.is_empty());
}

/// A random round over a few entries and judges, marks in steps of a half so that ties are common.
fn rounds() -> impl Strategy<Value = RankingInput> {
    let cell = proptest::option::of(0i64..=20);
    let chain = Just(vec![
        TieBreak::Criterion { id: "b".into() },
        TieBreak::HeadToHead,
        TieBreak::LowerSpread,
        TieBreak::MoreReviews,
    ])
    .prop_shuffle();
    let aggregator = prop_oneof![
        Just(Aggregator::Mean),
        Just(Aggregator::Median),
        Just(Aggregator::TrimmedMean { drop: 1 })
    ];
    (
        proptest::collection::vec((cell.clone(), cell), 30),
        chain,
        aggregator,
    )
        .prop_map(|(cells, ties, aggregator)| {
            let mut rule = draft(vec![criterion("a", 600_000), criterion("b", 400_000)]);
            rule.ties = ties;
            rule.aggregator = aggregator;
            let mut input = round(rule, &[]);
            input.entries = (0..6).map(|e| EntryId::new(format!("E{e}"))).collect();
            for (index, (a, b)) in cells.into_iter().enumerate() {
                let (entry, judge) = (format!("E{}", index / 5), format!("J{}", index % 5));
                let half = |mark: Option<i64>| mark.map(|mark| mark * 500);
                input
                    .scorecards
                    .push(card(&entry, &judge, &[("a", half(a)), ("b", half(b))]));
            }
            input
        })
}

proptest! {
    #[test]
    fn no_order_of_arrival_changes_a_byte(input in rounds(), seed in any::<u64>()) {
        let mut shuffled = input.clone();
        let mut state = seed | 1;
        shuffled.scorecards.sort_by_cached_key(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 20
        });
        shuffled.entries.reverse();
        let (one, other) = (compute(&input).unwrap(), compute(&shuffled).unwrap());
        prop_assert_eq!(canonical::to_bytes(&one).unwrap(), canonical::to_bytes(&other).unwrap());
    }

    #[test]
    fn new_names_for_judges_change_nothing_and_for_entries_only_the_names(input in rounds()) {
        let rename = |text: &str| format!("x{text}");
        let mut renamed = input.clone();
        for scorecard in &mut renamed.scorecards {
            scorecard.judge = JudgeId::new(rename(scorecard.judge.as_str()));
            scorecard.entry = EntryId::new(rename(scorecard.entry.as_str()));
        }
        renamed.entries = input.entries.iter().map(|e| EntryId::new(rename(e.as_str()))).collect();
        let (one, other) = (compute(&input).unwrap(), compute(&renamed).unwrap());
        for (row, twin) in one.rows.iter().zip(&other.rows) {
            prop_assert_eq!((row.rank, row.score), (twin.rank, twin.score));
            prop_assert_eq!(rename(row.entry.as_str()), twin.entry.as_str());
        }
    }

    #[test]
    fn raising_one_mark_never_lowers_an_entry(input in rounds(), pick in 0usize..30) {
        let before = compute(&input).unwrap();
        let mut raised = input.clone();
        // Head-to-head and spread may reward a lower mark; the score itself may not.
        let mut rule = raised.rubric.clone().into_draft();
        rule.ties.clear();
        raised.rubric = Rubric::new(rule.clone()).unwrap();
        let mut input = input;
        input.rubric = Rubric::new(rule).unwrap();
        let scorecard = &mut raised.scorecards[pick];
        let entry = scorecard.entry.clone();
        for mark in scorecard.marks.values_mut() {
            if let Mark::Given(mark) = mark {
                *mark = Thousandths((mark.0 + 500).min(10_000));
            }
        }
        let place = |ranking: &Ranking| {
            ranking.rows.iter().find(|row| row.entry == entry).map(|row| (row.rank, row.score))
        };
        let after = compute(&raised).unwrap();
        let before_again = compute(&input).unwrap();
        prop_assert_eq!(before.rows.len(), before_again.rows.len());
        if let (Some((rank, score)), Some((new_rank, new_score))) =
            (place(&before_again), place(&after))
        {
            prop_assert!(new_rank <= rank && new_score >= score);
        }
    }

    #[test]
    fn ranks_are_competition_ranks(input in rounds()) {
        let ranking = compute(&input).unwrap();
        for (index, row) in ranking.rows.iter().enumerate() {
            let rank = row.rank as usize;
            prop_assert!(rank <= index + 1);
            prop_assert!(rank == index + 1 || ranking.rows[index - 1].rank == row.rank);
        }
        prop_assert_eq!(ranking.rows.len() + ranking.unranked.len(), 6);
    }
}
