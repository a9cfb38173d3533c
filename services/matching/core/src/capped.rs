//! A lottery in which no pair is certain: each has a probability of at most q,
//! so that nobody can arrange to judge a given submission (Jecmen, Zhang, Liu,
//! Shah, Conitzer and Fang, 2020).
//!
//! The probabilities of largest expected total are one flow: with q = n / d,
//! every place is d units and a pair carries at most n of them. A draw then
//! rounds them so that every pair keeps exactly its probability and every
//! paper its judges ([`Lottery::draw`]; the decomposition of Birkhoff and von
//! Neumann, drawn directly as in Gandhi, Khuller, Parthasarathy and
//! Srinivasan, 2006). The seed is committed to before and revealed after.

mod draw;

use thiserror::Error;

use crate::assignment::{AssignError, largest_total};
use crate::certificate::Certificate;
use crate::instance::{Instance, InstanceError, Load, ScoredPair};

pub use draw::commitment;

/// The largest probability of a pair, as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    parts: u32,
    whole: u32,
}

/// Fractions are of at most this many parts.
const FINEST: u32 = 100;

impl Cap {
    /// The cap of `hundredths` / 100, in lowest terms; `None` unless it is 1 to 100.
    pub fn of_hundredths(hundredths: u32) -> Option<Self> {
        if hundredths == 0 || hundredths > FINEST {
            return None;
        }
        let mut gcd = (hundredths, FINEST);
        while gcd.1 != 0 {
            gcd = (gcd.1, gcd.0 % gcd.1);
        }
        Some(Self {
            parts: hundredths / gcd.0,
            whole: FINEST / gcd.0,
        })
    }
}

/// Why there is no lottery.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CapError {
    /// Locked pairs are certain, which the cap forbids.
    #[error("a locked pair is certain, but the cap allows no pair to be")]
    Locked,
    /// A draw keeps each pair's probability, but not how many of a group a paper has.
    #[error("a lottery cannot keep panel rules")]
    PanelRules,
    /// The instance is too large at this cap.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The objective cannot be computed.
    #[error(transparent)]
    Assign(#[from] AssignError),
}

/// A pair's probability: `units` out of [`Lottery::whole`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Marginal {
    /// Position of the paper.
    pub paper: u32,
    /// Position of the judge.
    pub judge: u32,
    /// Its share of `whole`.
    pub units: u32,
}

/// The probabilities, before any draw.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Lottery {
    /// What counts as certain.
    pub whole: u32,
    /// Pairs that may be drawn, sorted by paper, then judge.
    pub marginals: Vec<Marginal>,
    /// Expected total times `whole`, in micro-units.
    pub expected_total_units: i64,
    /// The proof that no lottery within the cap has a larger expected total, in units.
    pub certificate: Certificate,
    papers: u32,
    judges: u32,
}

/// The probabilities of largest expected total with no pair above `cap`.
///
/// # Errors
/// [`CapError`]; too little capacity is no error, what cannot be filled stays open.
pub fn capped(instance: &Instance, cap: Cap) -> Result<Lottery, CapError> {
    if !instance.locked().is_empty() && cap.parts < cap.whole {
        return Err(CapError::Locked);
    }
    if !instance.panel_rules().is_empty() {
        return Err(CapError::PanelRules);
    }
    let spread = spread(instance, cap)?;
    let found = largest_total(&spread)?;
    let mut units = found.pairs;
    for pair in &mut units {
        pair.paper /= cap.parts;
    }
    units.sort_unstable();
    let marginals = units
        .chunk_by(|a, b| a == b)
        .map(|same| Marginal {
            paper: same[0].paper,
            judge: same[0].judge,
            units: u32::try_from(same.len()).unwrap_or(u32::MAX),
        })
        .collect();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    let (papers, judges) = (instance.papers() as u32, instance.judges() as u32);
    let (whole, certificate) = (cap.whole, found.certificate);
    Ok(Lottery {
        whole,
        marginals,
        expected_total_units: found.total,
        certificate,
        papers,
        judges,
    })
}

/// The instance in units: a paper is as many copies as a pair may carry
/// units, its demand dealt out evenly among them. Dealing a paper's units out
/// in turn shows that nothing is lost: a judge's units go to different copies.
fn spread(instance: &Instance, cap: Cap) -> Result<Instance, InstanceError> {
    let copies = cap.parts;
    let mut demand = Vec::with_capacity(instance.papers() * copies as usize);
    for &d in instance.demand() {
        let units = u64::from(d) * u64::from(cap.whole);
        let (each, rest) = (units / u64::from(copies), units % u64::from(copies));
        let share = |k: u32| u32::try_from(each + u64::from(u64::from(k) < rest));
        demand.extend((0..copies).map(|k| share(k).unwrap_or(u32::MAX)));
    }
    let up = |n: u32| n.saturating_mul(cap.whole);
    let load = instance
        .load()
        .iter()
        .map(|l| Load {
            min: up(l.min),
            max: up(l.max),
        })
        .collect();
    let mut pairs = Vec::with_capacity(instance.pair_count() * copies as usize);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    for paper in 0..instance.papers() as u32 {
        for copy in 0..copies {
            pairs.extend(instance.pairs_of(paper).map(|i| {
                let (judge, score) = instance.at(i);
                ScoredPair {
                    paper: paper * copies + copy,
                    judge,
                    score,
                }
            }));
        }
    }
    Instance::new(demand, load, pairs)
}
