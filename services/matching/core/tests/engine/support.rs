//! What the integration tests share.

use std::path::PathBuf;

use winner_matching_core::{Instance, Load, ScoredPair, format};

/// The folder of public instances, or `None` with a line that says so.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find their data so")]
    let Some(root) = std::env::var_os("WINNER_DATA") else {
        println!("left out: WINNER_DATA is not set, so {name} is not tested");
        return None;
    };
    Some(PathBuf::from(root).join("matching").join(name))
}

/// A public instance, or `None` with a line that says so.
pub(crate) fn instance(name: &str) -> Option<Instance> {
    let folder = data(name)?;
    let json = std::fs::read_to_string(folder.join("instance.json")).expect("instance.json");
    let csv = std::fs::read_to_string(folder.join("edges.csv")).expect("edges.csv");
    Some(format::read_instance(&json, &csv).expect(name))
}

/// A small generator of random numbers (SplitMix64), so that failures repeat.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// A number in `0..n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A random instance small enough to enumerate: some feasible, some not.
pub(crate) fn small(dice: &mut Dice) -> Instance {
    let (papers, judges) = (1 + dice.below(3), 1 + dice.below(4));
    let levels = [2, 3, 5, 1000][dice.below(4) as usize];
    let sparse = dice.below(4);
    let demand = (0..papers).map(|_| dice.below(4) as u32).collect();
    let load = (0..judges)
        .map(|_| {
            let max = dice.below(4) as u32;
            Load {
                min: if dice.below(3) == 0 {
                    dice.below(u64::from(max) + 1) as u32
                } else {
                    0
                },
                max,
            }
        })
        .collect();
    let mut pairs = Vec::new();
    for paper in 0..papers as u32 {
        for judge in 0..judges as u32 {
            if dice.below(4) >= sparse {
                let score = dice.below(levels) as i64 - (levels / 3) as i64;
                pairs.push(ScoredPair {
                    paper,
                    judge,
                    score,
                });
            }
        }
    }
    Instance::new(demand, load, pairs).expect("a valid instance")
}

/// Calls `visit` with every choice of pairs within demands and load maxima.
pub(crate) fn every_assignment(instance: &Instance, visit: &mut impl FnMut(&[ScoredPair])) {
    let pairs: Vec<ScoredPair> = instance.pairs().collect();
    let mut demand: Vec<u32> = instance.demand().to_vec();
    let mut room: Vec<u32> = instance.load().iter().map(|l| l.max).collect();
    let mut chosen = Vec::new();
    choose(&pairs, &mut demand, &mut room, &mut chosen, visit);
}

fn choose(
    rest: &[ScoredPair],
    demand: &mut [u32],
    room: &mut [u32],
    chosen: &mut Vec<ScoredPair>,
    visit: &mut impl FnMut(&[ScoredPair]),
) {
    let Some((pair, rest)) = rest.split_first() else {
        return visit(chosen);
    };
    choose(rest, demand, room, chosen, visit);
    let (p, j) = (pair.paper as usize, pair.judge as usize);
    if demand[p] > 0 && room[j] > 0 {
        demand[p] -= 1;
        room[j] -= 1;
        chosen.push(*pair);
        choose(rest, demand, room, chosen, visit);
        chosen.pop();
        demand[p] += 1;
        room[j] += 1;
    }
}

/// Open places, missed minima, and score less load costs of a choice.
pub(crate) fn worth(instance: &Instance, balance: i64, chosen: &[ScoredPair]) -> (u32, u32, i64) {
    let mut loads = vec![0u32; instance.judges()];
    let mut score = 0;
    for p in chosen {
        loads[p.judge as usize] += 1;
        score += p.score;
    }
    let open = instance.demand().iter().sum::<u32>() - chosen.len() as u32;
    let limits = instance.load().iter().zip(&loads);
    let short = limits.map(|(l, &k)| l.min.saturating_sub(k)).sum();
    let cost: i64 = loads
        .iter()
        .map(|&k| balance * i64::from(k) * i64::from(k + 1) / 2)
        .sum();
    (open, short, score - cost)
}
