//! The auction where every paper should have at least one of some judges
//! ("seniors"): one of its places bids for these alone, the others for
//! anybody. A judge may get both of a paper's kinds of places; that hardly
//! moves prices, and prices are all an auction is for.

use super::auction::{self, Outcome};
use crate::instance::{Instance, ScoredPair};
use crate::objective::LoadCosts;
use crate::panel::{FREE, PanelRule};

/// Holds the auction; paper p's places are those of papers 2p (for seniors) and 2p + 1.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an instance counts in 32 bits"
)]
pub(super) fn hold<W: Fn(u32, usize) -> i64>(
    instance: &Instance,
    rule: &PanelRule,
    costs: &LoadCosts,
    weight: &W,
) -> Outcome {
    let mut demand = Vec::with_capacity(2 * instance.papers());
    let mut pairs = Vec::with_capacity(instance.pair_count() + instance.pair_count() / 2);
    let mut origin = Vec::with_capacity(pairs.capacity());
    for (paper, &wanted) in (0u32..).zip(instance.demand()) {
        let before = pairs.len();
        for half in [2 * paper, 2 * paper + 1] {
            for i in instance.pairs_of(paper) {
                let (judge, score) = instance.at(i);
                if half % 2 == 1 || rule.group_of(judge) != FREE {
                    origin.push(i as u32);
                    pairs.push(ScoredPair {
                        paper: half,
                        judge,
                        score,
                    });
                }
            }
            if half % 2 == 0 {
                let senior = wanted.min(u32::from(pairs.len() > before));
                demand.extend([senior, wanted - senior]);
            }
        }
    }
    let load = instance.load().to_vec();
    let halves = Instance::from_sorted(demand, load, &pairs);
    let of_half = |half: u32, i: usize| weight(half / 2, origin[i] as usize);
    let outcome = auction::hold(&halves, costs, &of_half);
    let mut positions: Vec<u32> = outcome.pairs.iter().map(|&i| origin[i as usize]).collect();
    positions.sort_unstable();
    positions.dedup();
    Outcome {
        prices: outcome.prices,
        pairs: positions,
    }
}
