//! Checks the rounds of a definition: rubrics whose weights are whole, loads that can be borne,
//! windows that follow one another.

use std::collections::BTreeSet;

use winner_proto::intake::v1::{
    AggregationMethod, Criterion, RoundDefinition, RoundKind, TieBreak,
};

use super::check::{title, window};
use super::problems::Problems;
use crate::domain::deadline::Window;
use crate::domain::ids::{CriterionId, RoundId};

/// The sum of a rubric's weights, in thousandths.
const WHOLE_THOUSANDTHS: i64 = 1_000;

pub(super) fn rounds(p: &mut Problems, rounds: &[RoundDefinition]) -> Vec<RoundId> {
    p.require(
        !rounds.is_empty(),
        "rounds",
        "REQUIRED",
        "an edition has at least one round",
    );
    let mut known = Vec::new();
    let mut earlier: Option<Window> = None;
    for (at, round) in rounds.iter().enumerate() {
        let here = format!("rounds[{at}]");
        let path = format!("{here}.round_id");
        if let Some(id) = p.id(&path, RoundId::parse(&round.round_id)) {
            p.require(
                !known.contains(&id),
                path,
                "DUPLICATE",
                "this round is listed twice",
            );
            known.push(id);
        }
        title(p, &format!("{here}.title"), round.title.as_ref());
        let kind_known = round.kind() != RoundKind::Unspecified;
        p.require(
            kind_known,
            format!("{here}.kind"),
            "REQUIRED",
            "the kind of the round is required",
        );
        rubric(
            p,
            &here,
            round
                .rubric
                .as_ref()
                .map_or(&[][..], |rubric| &rubric.criteria),
        );
        numbers(p, &here, round);
        let chain: Vec<TieBreak> = round.tie_breaks().collect();
        ties(p, &here, &chain);
        let scoring = window(p, &format!("{here}.scoring"), round.scoring.as_ref());
        if let (Some(earlier), Some(scoring)) = (earlier, scoring) {
            p.require(
                scoring.opens > earlier.closes.at,
                format!("{here}.scoring.opens_at"),
                "ROUNDS_OVERLAP",
                "must be after the round before has closed",
            );
        }
        earlier = scoring.or(earlier);
    }
    known
}

fn numbers(p: &mut Problems, here: &str, round: &RoundDefinition) {
    let ranges = [
        ("min_reviews", round.min_reviews, 1..=20),
        ("max_load", round.max_load, 1..=1_000),
        ("minutes_per_review", round.minutes_per_review, 1..=1_440),
        (
            "shortlist_per_province",
            round.shortlist_per_province,
            0..=1_000,
        ),
        ("approvals", round.approvals, 1..=10),
    ];
    for (field, value, range) in ranges {
        let message = format!("must be {} to {}", range.start(), range.end());
        p.require(
            range.contains(&value),
            format!("{here}.{field}"),
            "OUT_OF_RANGE",
            message,
        );
    }
    p.require(
        round.method() != AggregationMethod::Unspecified,
        format!("{here}.method"),
        "REQUIRED",
        "how scores become a ranking is required",
    );
}

fn ties(p: &mut Problems, here: &str, chain: &[TieBreak]) {
    p.require(
        !chain.is_empty(),
        format!("{here}.tie_breaks"),
        "REQUIRED",
        "the chain for equal scores is declared before judging opens",
    );
    for (at, step) in chain.iter().enumerate() {
        let path = format!("{here}.tie_breaks[{at}]");
        let earlier = chain.get(..at).unwrap_or_default();
        p.require(
            *step != TieBreak::Unspecified,
            &path,
            "REQUIRED",
            "a known step is required",
        );
        p.require(
            !earlier.contains(step),
            &path,
            "DUPLICATE",
            "this step is listed twice",
        );
        p.require(
            !earlier.contains(&TieBreak::Lottery),
            path,
            "AFTER_LOTTERY",
            "after a lottery nothing is equal any more",
        );
    }
}

fn rubric(p: &mut Problems, here: &str, criteria: &[Criterion]) {
    let list = format!("{here}.rubric.criteria");
    p.require(
        !criteria.is_empty(),
        &list,
        "REQUIRED",
        "a rubric has at least one criterion",
    );
    let mut known = BTreeSet::new();
    for (at, criterion) in criteria.iter().enumerate() {
        let here = format!("{list}[{at}]");
        let path = format!("{here}.criterion_id");
        if let Some(id) = p.id(&path, CriterionId::parse(&criterion.criterion_id)) {
            p.require(
                known.insert(id),
                path,
                "DUPLICATE",
                "this criterion is listed twice",
            );
        }
        title(p, &format!("{here}.title"), criterion.title.as_ref());
        p.require(
            (1..=1_000).contains(&criterion.weight_thousandths),
            format!("{here}.weight_thousandths"),
            "OUT_OF_RANGE",
            "must be 1 to 1000",
        );
        scale(p, &here, criterion);
    }
    let sum: i64 = criteria
        .iter()
        .map(|criterion| i64::from(criterion.weight_thousandths))
        .sum();
    if let Some(last) = criteria.len().checked_sub(1) {
        p.require(
            sum == WHOLE_THOUSANDTHS,
            format!("{list}[{last}].weight_thousandths"),
            "WEIGHTS_DO_NOT_SUM_TO_1000",
            format!("the weights of a rubric sum to 1000, not to {sum}"),
        );
    }
}

fn scale(p: &mut Problems, here: &str, criterion: &Criterion) {
    let (min, max) = (criterion.min_thousandths, criterion.max_thousandths);
    let step = i64::from(criterion.step_thousandths);
    p.require(
        min >= 0,
        format!("{here}.min_thousandths"),
        "OUT_OF_RANGE",
        "must not be negative",
    );
    p.require(
        max > min && max <= 1_000_000,
        format!("{here}.max_thousandths"),
        "OUT_OF_RANGE",
        "must be more than the lowest score and at most 1000000",
    );
    let span = i64::from(max) - i64::from(min);
    p.require(
        step > 0 && span % step == 0,
        format!("{here}.step_thousandths"),
        "STEP_DOES_NOT_FIT",
        "must divide the scale into whole steps",
    );
}
