//! A second objective among the optimal flows of the first.
//!
//! The optimal prices of the first say which flows are optimal (complementary
//! slackness): a pair that gains at them is taken, one that loses is not, and
//! those in between are free, as are the places of judges, groups and papers.
//! What is free makes a network of its own, see [`super::tight`], on which the
//! second objective is all that counts. So its integers stay small however
//! large the penalties of the first are, and the prices of the first prove
//! the result.

use super::column::{Solved, Start, Warm, solve_network};
use super::{candidates, tight};
use crate::instance::Instance;
use crate::objective::{Duals, LoadCosts, TooLarge};

/// Pairs are tried at once whose reduced cost is within this part of the largest score.
const REACH: i64 = 32;

/// Maximises the scores, then the sum of `second`, whose values are `0..=most`.
///
/// `before` has the prices and the pairs, as sorted positions, of a similar
/// problem to start from; these pairs win what ties are left.
pub(crate) fn solve_lexical(
    instance: &Instance,
    balance: i64,
    before: Option<(&Duals, &[u32])>,
    most: i64,
    second: impl Fn(u32, usize) -> i64,
) -> Result<Solved, TooLarge> {
    let costs = LoadCosts::new(instance, balance, instance.largest_score())?;
    let lock = costs.lock();
    let weight = |_: u32, i: usize| {
        let forced = if instance.is_locked(i) { lock } else { 0 };
        i64::from(instance.scores_at()[i]) + forced
    };
    let (solved, net) = match before {
        None => solve_network(instance, &costs, Start::Cold, &weight),
        Some((duals, taken)) => {
            let near = |b: &i64| costs.near_price(*b);
            let duals = Duals {
                paper: duals.paper.iter().map(near).collect(),
                judge: duals.judge.iter().map(near).collect(),
            };
            let reach = costs.largest / REACH;
            let candidates::Near { chosen, beyond } = candidates::near(instance, &duals, reach);
            let warm = Warm {
                judge: &duals.judge,
                taken,
                near: &chosen,
                beyond: &beyond,
            };
            solve_network(instance, &costs, Start::Warm(warm), &weight)
        }
    };
    let first = before.map_or(&solved.taken[..], |(_, taken)| taken);
    let taken = tight::solve(instance, &net, &weight, first, most, second);
    Ok(Solved { taken, ..solved })
}
