//! The assignment of largest total score, with its proof.

use thiserror::Error;

use crate::certificate::{Certificate, CertifyError, certify};
use crate::connect::{connect, parts};
use crate::floor::{FloorReport, with_floor};
use crate::flow::{self, Solved, Start};
use crate::instance::{Instance, Pair};
use crate::objective::{Duals, GENTLE, LoadCosts, Rules, TooLarge};
use crate::shortfall::Shortfall;
use crate::swaps::Prices;

/// Why an instance could not be assigned. Too little capacity is not among
/// the reasons: it is answered with the fullest assignment and a [`Shortfall`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AssignError {
    /// The penalties of an instance this large, with scores or a balance this
    /// large, do not fit in 64 bits.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The balance is negative.
    #[error("the balance must not be negative")]
    NegativeBalance,
    /// The engine's own result failed the independent check: a defect of the engine.
    #[error("the result failed its check: {0}")]
    Refuted(#[from] CertifyError),
}

/// Who reviews what, and the proof that no assignment is better.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Assignment {
    /// The pairs, sorted by paper, then judge.
    pub pairs: Vec<Pair>,
    /// The sum of their scores in micro-units.
    pub total: i64,
    /// Prices that prove it and answer "why not that judge?".
    pub duals: Duals,
    /// The proof, checked after solving by code that knows nothing of the solver.
    pub certificate: Certificate,
    /// Who is short, if anyone is.
    pub shortfall: Shortfall,
    /// How the floor was met; `None` when none was asked for. With a floor the
    /// certificate's gap is what the floor costs, at most.
    pub floor: Option<FloorReport>,
}

/// Assigns judges to papers with the largest total score.
///
/// Deterministic. Demand beyond supply is filled as far as it can be and
/// reported in [`Assignment::shortfall`].
///
/// # Errors
/// [`AssignError`] where the objective cannot be computed exactly.
pub fn assign(instance: &Instance, rules: &Rules) -> Result<Assignment, AssignError> {
    if rules.balance < 0 {
        return Err(AssignError::NegativeBalance);
    }
    let sorted = instance.by_group();
    let decided = match &sorted {
        None => decide(instance, rules)?,
        Some((by_group, order)) => decide(by_group, rules)?.reordered(order),
    };
    let mut assignment = Assignment::of(instance, rules, decided.pairs, decided.duals)?;
    assignment.floor = decided.floor;
    Ok(assignment)
}

/// The largest total and its proof alone: among equals, whichever comes first.
pub(crate) fn largest_total(instance: &Instance) -> Result<Assignment, AssignError> {
    let solved = max_total(instance, 0)?;
    let pairs = solved.pairs(instance);
    Assignment::of(instance, &Rules::default(), pairs, solved.duals)
}

/// What was decided, before it is measured and proved.
struct Decided {
    pairs: Vec<Pair>,
    duals: Duals,
    floor: Option<FloorReport>,
}

fn decide(instance: &Instance, rules: &Rules) -> Result<Decided, AssignError> {
    let exchanges = rules.floor.is_some() || instance.panel_rules().len() > 1;
    let solved = match rules.seed {
        Some(seed) if !exchanges => seeded(instance, rules.balance, seed)?,
        _ => max_total(instance, rules.balance)?,
    };
    let mut pairs = solved.pairs(instance);
    let mut floor = None;
    if exchanges {
        let start = (&pairs[..], &solved.duals.judge[..]);
        (pairs, floor) = with_floor(instance, rules, start)?;
    }
    let prices = Prices {
        balance: rules.balance,
        breach: LoadCosts::gentle(instance, rules.balance, GENTLE[0])?.breach,
    };
    let least = floor.map_or(i64::MIN, |f| f.asked.min(f.reached));
    let proves = !exchanges && instance.panel_rules().is_empty();
    let proof = proves.then_some(&solved.duals);
    Ok(Decided {
        pairs: connect(instance, prices, least, proof, pairs),
        duals: solved.duals,
        floor,
    })
}

impl Decided {
    /// The same with judges back at their own positions; `order` has the old
    /// position of every new one.
    fn reordered(self, order: &[u32]) -> Self {
        let (pairs, duals) = reordered(self.pairs, self.duals, order);
        Self {
            pairs,
            duals,
            ..self
        }
    }
}

/// Pairs and prices with judges back at their own positions.
pub(crate) fn reordered(
    mut pairs: Vec<Pair>,
    mut duals: Duals,
    order: &[u32],
) -> (Vec<Pair>, Duals) {
    for pair in &mut pairs {
        pair.judge = order[pair.judge as usize];
    }
    pairs.sort_unstable();
    let mut judge = vec![0; order.len()];
    for (&old, &price) in order.iter().zip(&duals.judge) {
        judge[old as usize] = price;
    }
    duals.judge = judge;
    (pairs, duals)
}

fn max_total(instance: &Instance, balance: i64) -> Result<Solved, AssignError> {
    let costs = LoadCosts::new(instance, balance, instance.largest_score())?;
    Ok(flow::solve(instance, &costs, Start::Cold, |_, i| {
        let forced = if instance.is_locked(i) {
            costs.lock()
        } else {
            0
        };
        i64::from(instance.scores_at()[i]) + forced
    }))
}

/// Lots of the seeded tie-break are less than this.
const LOTS: i64 = 1024;

fn seeded(instance: &Instance, balance: i64, seed: u64) -> Result<Solved, AssignError> {
    let lot = |p: u32, i: usize| {
        let key = (u64::from(p) << 32) | u64::from(instance.judges_at()[i]);
        (flow::scramble(seed, key) >> 32).cast_signed() % LOTS
    };
    let solved = flow::solve_lexical(instance, balance, LOTS - 1, lot)?;
    Ok(solved)
}

impl Assignment {
    /// Measures and certifies pairs that the engine made.
    pub(crate) fn of(
        instance: &Instance,
        rules: &Rules,
        pairs: Vec<Pair>,
        duals: Duals,
    ) -> Result<Self, AssignError> {
        let certificate = certify(instance, rules, &pairs, &duals)?;
        let total = pairs.iter().filter_map(|&p| instance.score(p)).sum();
        let shortfall = Shortfall::of(instance, &pairs);
        Ok(Self {
            pairs,
            total,
            duals,
            certificate,
            shortfall,
            floor: None,
        })
    }

    /// The judges of a paper, in ascending order.
    pub fn judges_of(&self, paper: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.pairs.partition_point(|p| p.paper < paper);
        self.pairs[from..]
            .iter()
            .take_while(move |p| p.paper == paper)
            .map(|p| p.judge)
    }

    /// Every paper's sum of scores, in micro-units.
    pub fn paper_totals(&self, instance: &Instance) -> Vec<i64> {
        let mut totals = vec![0; instance.papers()];
        for &pair in &self.pairs {
            totals[pair.paper as usize] += instance.score(pair).unwrap_or(0);
        }
        totals
    }

    /// How many separate parts the graph of papers and judges has: a ranking
    /// can compare papers within a part. Among equals, the fewest found.
    pub fn parts(&self, instance: &Instance) -> usize {
        parts(instance, &self.pairs)
    }

    /// Every judge's number of papers.
    pub fn loads(&self, instance: &Instance) -> Vec<u32> {
        let mut loads = vec![0; instance.judges()];
        for pair in &self.pairs {
            loads[pair.judge as usize] += 1;
        }
        loads
    }
}

/// The variance of the judges' loads, divided by their number; 0 of no judge.
pub fn load_variance(loads: &[u32]) -> f64 {
    let n = loads.len().max(1) as f64;
    let mean = loads.iter().map(|&l| f64::from(l)).sum::<f64>() / n;
    loads
        .iter()
        .map(|&l| (f64::from(l) - mean) * (f64::from(l) - mean))
        .sum::<f64>()
        / n
}
