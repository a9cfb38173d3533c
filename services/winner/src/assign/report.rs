//! What `winner assign` prints. The keys are stable: scripts depend on them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use winner_matching_core::capped::{Lottery, Marginal, commitment};
use winner_matching_core::{Assignment, Bottleneck, Duals, Instance, Pair, Rules, load_variance};

use super::meter::{Meter, Phase};

/// A pair under the names of the files.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) paper: u32,
    pub(super) reviewer: u32,
}

impl From<&Pair> for Row {
    fn from(pair: &Pair) -> Self {
        Self {
            paper: pair.paper,
            reviewer: pair.judge,
        }
    }
}

/// The proof: prices, and what they show.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Proof {
    /// What the assignment reaches, with load costs and penalties.
    pub(super) objective_micro: i64,
    /// What no assignment exceeds.
    pub(super) bound_micro: i64,
    /// Whether the two are equal.
    pub(super) proved: bool,
    /// The balance the objective holds.
    pub(super) balance_micro: i64,
    pub(super) paper_prices_micro: Vec<i64>,
    pub(super) reviewer_prices_micro: Vec<i64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    total_micro: i64,
    min_paper_micro: i64,
    /// With a floor: no assignment gives its worst paper more.
    floor_bound_micro: Option<i64>,
    /// With a floor: no assignment that meets it has a larger total.
    floor_total_bound_micro: Option<i64>,
    load_min: u32,
    load_max: u32,
    load_variance: f64,
    unfilled: u64,
    /// Papers with open places, and how many.
    short_papers: &'a [(u32, u32)],
    /// Reviewers below their minimum, and by how many.
    short_reviewers: &'a [(u32, u32)],
    /// Papers without any reviewer that an "at least one" asks for: (panel rule, paper).
    short_panels: &'a [(u32, u32)],
    /// Separate parts of the graph of papers and reviewers; a ranking compares within one.
    parts: usize,
    bottleneck: Option<&'a Bottleneck>,
    certificate: Proof,
    pairs: Vec<Row>,
    phases: Vec<Phase>,
}

fn clip(x: i128) -> i64 {
    i64::try_from(x).unwrap_or(if x < 0 { i64::MIN } else { i64::MAX })
}

impl<'a> Report<'a> {
    pub(super) fn of(
        instance: &Instance,
        rules: &Rules,
        found: &'a Assignment,
        meter: Meter,
    ) -> Self {
        let loads = found.loads(instance);
        let Duals { paper, judge } = found.duals.clone();
        Self {
            total_micro: found.total,
            min_paper_micro: found.paper_totals(instance).into_iter().min().unwrap_or(0),
            floor_bound_micro: found.floor.map(|f| f.reached_bound),
            floor_total_bound_micro: found.floor.map(|f| f.total_bound),
            load_min: loads.iter().copied().min().unwrap_or(0),
            load_max: loads.iter().copied().max().unwrap_or(0),
            load_variance: load_variance(&loads),
            unfilled: found.shortfall.unfilled(),
            short_papers: &found.shortfall.papers,
            short_reviewers: &found.shortfall.judges,
            short_panels: &found.shortfall.panels,
            parts: found.parts(instance),
            bottleneck: found.shortfall.bottleneck.as_ref(),
            certificate: Proof {
                objective_micro: clip(found.certificate.objective),
                bound_micro: clip(found.certificate.bound),
                proved: found.certificate.proved(),
                balance_micro: rules.balance,
                paper_prices_micro: paper,
                reviewer_prices_micro: judge,
            },
            pairs: found.pairs.iter().map(Row::from).collect(),
            phases: meter.phases(),
        }
    }
}

/// A pair's probability.
#[derive(Debug, Serialize)]
struct Chance {
    paper: u32,
    reviewer: u32,
    probability: f64,
}

/// The proof that no lottery within the cap has a larger expected total.
/// Units are micro-units times `whole`.
#[derive(Debug, Serialize)]
struct CapProof {
    whole: u32,
    objective_units: i64,
    bound_units: i64,
    proved: bool,
}

/// The result of a lottery: probabilities and one draw.
#[derive(Debug, Serialize)]
pub(super) struct Drawn {
    expected_total_micro: i64,
    marginals: Vec<Chance>,
    /// SHA-256 of the seed's decimal digits: what to publish beforehand.
    commitment: String,
    total_micro: i64,
    min_paper_micro: i64,
    load_min: u32,
    load_max: u32,
    load_variance: f64,
    unfilled: u64,
    certificate: CapProof,
    pairs: Vec<Row>,
    phases: Vec<Phase>,
}

impl Drawn {
    pub(super) fn of(
        instance: &Instance,
        lottery: &Lottery,
        drawn: &[Pair],
        seed: &str,
        meter: Meter,
    ) -> Self {
        let whole = f64::from(lottery.whole);
        let chance = |m: &Marginal| Chance {
            paper: m.paper,
            reviewer: m.judge,
            probability: f64::from(m.units) / whole,
        };
        let (mut sums, mut loads) = (vec![0i64; instance.papers()], vec![0u32; instance.judges()]);
        for &pair in drawn {
            sums[pair.paper as usize] += instance.score(pair).unwrap_or(0);
            loads[pair.judge as usize] += 1;
        }
        let places: u64 = instance.demand().iter().map(|&d| u64::from(d)).sum();
        Self {
            expected_total_micro: lottery.expected_total_units / i64::from(lottery.whole),
            marginals: lottery.marginals.iter().map(chance).collect(),
            commitment: commitment(seed.as_bytes()),
            total_micro: sums.iter().sum(),
            min_paper_micro: sums.into_iter().min().unwrap_or(0),
            load_min: loads.iter().copied().min().unwrap_or(0),
            load_max: loads.iter().copied().max().unwrap_or(0),
            load_variance: load_variance(&loads),
            unfilled: places - u64::try_from(drawn.len()).unwrap_or(places),
            certificate: CapProof {
                whole: lottery.whole,
                objective_units: clip(lottery.certificate.objective),
                bound_units: clip(lottery.certificate.bound),
                proved: lottery.certificate.proved(),
            },
            pairs: drawn.iter().map(Row::from).collect(),
            phases: meter.phases(),
        }
    }
}

/// The pairs alone.
pub(super) fn csv(pairs: &[Pair]) -> String {
    let mut text = String::from("paper,reviewer");
    for pair in pairs {
        // Writing to a String cannot fail.
        write!(text, "\n{},{}", pair.paper, pair.judge).unwrap_or_default();
    }
    text
}
