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
pub(crate) fn solve_lexical(
    instance: &Instance,
    balance: i64,
    most: i64,
    second: impl Fn(u32, usize) -> i64,
) -> Result<Solved, TooLarge> {
    let costs = LoadCosts::new(instance, balance, instance.largest_score())?;
    let weight = weight(instance, &costs);
    let mut best = solve_network(instance, &costs, Start::Cold, &weight);
    let first = best.solved.taken.clone();
    let taken = tight::solve(instance, &mut best, &weight, &first, most, second);
    Ok(Solved {
        taken,
        ..best.solved
    })
}

/// Maximises the scores, then the number of pairs `kept` (positions, sorted)
/// of a similar problem with the prices `duals`.
pub(crate) fn solve_keeping(
    instance: &Instance,
    balance: i64,
    duals: &Duals,
    kept: &[u32],
) -> Result<Solved, TooLarge> {
    let costs = LoadCosts::new(instance, balance, instance.largest_score())?;
    let weight = weight(instance, &costs);
    let near = |b: &i64| costs.near_price(*b);
    let duals = Duals {
        paper: duals.paper.iter().map(near).collect(),
        judge: duals.judge.iter().map(near).collect(),
    };
    let reach = costs.largest / REACH;
    let candidates::Near { chosen, beyond } = candidates::near(instance, &duals, reach);
    let warm = Warm {
        judge: &duals.judge,
        taken: kept,
        near: &chosen,
        beyond: &beyond,
    };
    let mut best = solve_network(instance, &costs, Start::Warm(warm), &weight);
    let mut stays = vec![false; instance.pair_count()];
    for &i in &best.solved.taken {
        stays[i as usize] = true;
    }
    if kept.iter().all(|&i| stays[i as usize]) {
        return Ok(best.solved);
    }
    let mut was = vec![false; instance.pair_count()];
    for &i in kept {
        was[i as usize] = true;
    }
    let second = |_: u32, i: usize| i64::from(was[i]);
    let taken = tight::solve(instance, &mut best, &weight, kept, 1, second);
    Ok(Solved {
        taken,
        ..best.solved
    })
}

/// Scores, with locked pairs beyond everything.
fn weight(instance: &Instance, costs: &LoadCosts) -> impl Fn(u32, usize) -> i64 {
    let lock = costs.lock();
    move |_: u32, i: usize| {
        let forced = if instance.is_locked(i) { lock } else { 0 };
        i64::from(instance.scores_at()[i]) + forced
    }
}
