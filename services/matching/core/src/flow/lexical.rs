//! A second objective among the optimal flows of the first.
//!
//! Every weight is multiplied by a number so large that the second objective
//! can never outvote one micro-unit of the first. The prices of the scaled
//! problem are then rounded back in a way that keeps them valid for the
//! unscaled one: a rounding threshold is chosen that no price lies close to.

use super::candidates;
use super::column::{Solved, Start, Warm, solve};
use crate::instance::Instance;
use crate::objective::{Duals, LoadCosts, TooLarge};

/// Pairs are tried at once whose reduced cost is within this part of the largest score.
const REACH: i64 = 32;

/// Maximises the scores, then the sum of `second`, whose values are `0..=most`.
///
/// `before` has the (unscaled) prices and the pairs, as sorted positions, of a
/// similar problem to start from. The duals returned prove the first objective.
pub(crate) fn solve_lexical(
    instance: &Instance,
    balance: i64,
    before: Option<(&Duals, &[u32])>,
    most: i64,
    second: impl Fn(u32, usize) -> i64,
) -> Result<Solved, TooLarge> {
    let places: i128 = instance.demand().iter().map(|&d| i128::from(d)).sum();
    let nodes = (instance.papers() + instance.judges() + 2) as i128;
    // Rows of a panel rule have prices too; at most one for each place counts.
    let nodes = if instance.panel_rules().is_empty() {
        nodes
    } else {
        nodes + places
    };
    let scale = (places.max(nodes) + 1) * (i128::from(most) + 1) + 1;
    let scale = i64::try_from(scale).map_err(|_| TooLarge)?;
    let unscaled = LoadCosts::new(instance, balance, instance.largest_score())?;
    let costs = unscaled.scaled(scale)?;
    let lock = costs.lock();
    let weight = |p: u32, i: usize| {
        let forced = if instance.is_locked(i) { lock } else { 0 };
        i64::from(instance.scores_at()[i]) * scale + second(p, i) + forced
    };
    let solved = match before {
        None => solve(instance, &costs, Start::Cold, weight),
        Some((duals, taken)) => {
            let near = |b: &i64| unscaled.near_price(*b);
            let duals = Duals {
                paper: duals.paper.iter().map(near).collect(),
                judge: duals.judge.iter().map(near).collect(),
            };
            let reach = unscaled.largest / REACH;
            let candidates::Near { chosen, beyond } = candidates::near(instance, &duals, reach);
            let judge: Vec<i64> = duals.judge.iter().map(|b| b * scale).collect();
            let up = |value: &i64| value.saturating_mul(scale).saturating_add(most);
            let beyond: Vec<i64> = beyond.iter().map(up).collect();
            let warm = Warm {
                judge: &judge,
                taken,
                near: &chosen,
                beyond: &beyond,
            };
            solve(instance, &costs, Start::Warm(warm), weight)
        }
    };
    let duals = round(&solved.duals, &solved.rows, scale, most);
    Ok(Solved { duals, ..solved })
}

/// Divides prices by `scale` so that arcs in order to within `most` stay in order.
///
/// With `g` such that no price has a remainder in `g - most..g`, rounding
/// every price down at `g` moves no arc across 0. Such a `g` exists because
/// there are fewer prices than `scale / (most + 1)`.
fn round(duals: &Duals, rows: &[i64], scale: i64, most: i64) -> Duals {
    // As node potentials, papers (and rows) and judges have opposite signs; the sink is at 0.
    let sources = duals.paper.iter().chain(rows);
    let potentials = sources.map(|a| -a).chain(duals.judge.iter().copied());
    let mut residues: Vec<i64> = potentials.map(|x| x.rem_euclid(scale)).collect();
    residues.push(0);
    residues.sort_unstable();
    residues.dedup();
    let next = residues
        .iter()
        .skip(1)
        .copied()
        .chain([residues[0] + scale]);
    let widest = residues.iter().zip(next).max_by_key(|&(&r, n)| n - r);
    let threshold = widest.map_or(0, |(_, n)| n.rem_euclid(scale));
    debug_assert!(
        widest.is_none_or(|(r, n)| n - r > most),
        "a gap wider than {most}"
    );
    // The sink itself rounds to 0 or to -1; shift everything so that it is 0.
    let down = |x: i64| (x - threshold).div_euclid(scale);
    let sink = down(0);
    Duals {
        paper: duals.paper.iter().map(|&a| -(down(-a) - sink)).collect(),
        judge: duals.judge.iter().map(|&b| down(b) - sink).collect(),
    }
}
