//! The capped lottery: expected totals, limits, and exact probabilities.

use std::collections::BTreeMap;

use crate::support::{Dice, every_assignment, instance, small, worth};
use winner_matching_core::capped::{Cap, Lottery, capped, commitment};
use winner_matching_core::{Instance, Load, Pair, ScoredPair};

fn half() -> Cap {
    Cap::of_hundredths(50).unwrap()
}

/// Largest |z| of the drawn frequencies over all pairs.
fn worst_z(lottery: &Lottery, draws: u32, check: impl Fn(&[Pair])) -> f64 {
    let mut times: BTreeMap<Pair, u32> = BTreeMap::new();
    for k in 0..draws {
        let sample = lottery.draw(&k.to_be_bytes());
        check(&sample);
        for pair in sample {
            *times.entry(pair).or_insert(0) += 1;
        }
    }
    let mut worst: f64 = 0.0;
    for m in &lottery.marginals {
        let p = f64::from(m.units) / f64::from(lottery.whole);
        let got = times
            .remove(&Pair {
                paper: m.paper,
                judge: m.judge,
            })
            .unwrap_or(0);
        if m.units == lottery.whole {
            assert_eq!(got, draws, "a certain pair is always drawn");
            continue;
        }
        let n = f64::from(draws);
        worst = worst.max(((f64::from(got) - n * p) / (n * p * (1.0 - p)).sqrt()).abs());
    }
    assert!(times.is_empty(), "only pairs of the lottery are drawn");
    worst
}

#[test]
fn expected_totals_equal_the_reference_exactly() {
    // OR-tools, to three decimals of a score unit.
    let totals = [
        ("midl", 171_079),
        ("midl-lb", 130_899),
        ("csconf3", 387_500),
        ("aamas2015", 1_171_875),
        ("aamas2021-bid", 1_850_021),
        ("iclr2018-tfidf", 593_209),
    ];
    for (name, milli) in totals {
        let Some(instance) = instance(name) else {
            continue;
        };
        let lottery = capped(&instance, half()).unwrap();
        let found = lottery.expected_total_units as f64 / f64::from(lottery.whole) / 1_000.0;
        assert!(
            (found - f64::from(milli)).abs() <= 0.5 + 1e-6,
            "{name}: {found}"
        );
        assert!(lottery.certificate.proved(), "{name}");
    }
}

#[test]
fn ten_thousand_draws_have_the_probabilities_they_should() {
    let Some(instance) = instance("midl") else {
        return;
    };
    for hundredths in [50, 90] {
        let lottery = capped(&instance, Cap::of_hundredths(hundredths).unwrap()).unwrap();
        let worst = worst_z(&lottery, 10_000, |sample| {
            let mut loads = vec![0; instance.judges()];
            let mut judges = vec![0; instance.papers()];
            for p in sample {
                loads[p.judge as usize] += 1;
                judges[p.paper as usize] += 1;
            }
            assert!(judges.iter().zip(instance.demand()).all(|(n, d)| n == d));
            assert!(
                loads
                    .iter()
                    .zip(instance.load())
                    .all(|(n, l)| *n >= l.min && *n <= l.max)
            );
        });
        assert!(worst <= 5.0, "q = .{hundredths}: |z| = {worst:.2}");
    }
}

#[test]
fn small_lotteries_stay_within_the_cap_and_the_limits() {
    let mut dice = Dice(41);
    for round in 0..10_000 {
        let instance = small(&mut dice);
        let hundredths = [10, 25, 50, 60, 75, 100][dice.below(6) as usize];
        let lottery = capped(&instance, Cap::of_hundredths(hundredths).unwrap()).unwrap();
        assert!(lottery.certificate.proved());
        let most = hundredths * lottery.whole / 100;
        assert!(lottery.marginals.iter().all(|m| m.units <= most));
        if hundredths == 100 {
            // Without a cap the lottery is a certain assignment, the best one.
            let mut best = (u32::MAX, u32::MAX, i64::MAX);
            every_assignment(&instance, &mut |chosen| {
                let (open, short, score) = worth(&instance, 0, chosen);
                best = best.min((open, short, -score));
            });
            assert_eq!(lottery.expected_total_units, -best.2, "round {round}");
        }
        let sample = lottery.draw(&dice.next().to_be_bytes());
        let mut loads = vec![0; instance.judges()];
        let mut judges = vec![0; instance.papers()];
        for p in &sample {
            assert!(instance.score(*p).is_some());
            loads[p.judge as usize] += 1;
            judges[p.paper as usize] += 1;
        }
        assert!(judges.iter().zip(instance.demand()).all(|(n, d)| n <= d));
        assert!(loads.iter().zip(instance.load()).all(|(n, l)| *n <= l.max));
        assert!(sample.is_sorted());
    }
}

/// Every way to give pairs 0 to `parts` units within demands and loads, as
/// (open, below the minima, loss); the least is returned. The constraints of
/// the lottery, counted in units, are totally unimodular, so the best of all
/// fractions is among these.
struct Units<'a> {
    pairs: &'a [ScoredPair],
    parts: i64,
    demand: Vec<i64>,
    room: Vec<i64>,
    least: Vec<i64>,
    best: (i64, i64, i64),
}

impl Units<'_> {
    fn deal(&mut self, next: usize, loss: i64) {
        let Some(&pair) = self.pairs.get(next) else {
            let open = self.demand.iter().sum();
            let short = self.least.iter().map(|&l| l.max(0)).sum();
            self.best = self.best.min((open, short, loss));
            return;
        };
        let (p, j) = (pair.paper as usize, pair.judge as usize);
        for units in 0..=self.parts.min(self.demand[p]).min(self.room[j]) {
            self.demand[p] -= units;
            self.room[j] -= units;
            self.least[j] -= units;
            self.deal(next + 1, loss - units * pair.score);
            self.demand[p] += units;
            self.room[j] += units;
            self.least[j] += units;
        }
    }
}

#[test]
fn no_lottery_within_the_cap_has_a_larger_expected_total() {
    let mut dice = Dice(42);
    let (mut checked, mut uncertain) = (0, 0);
    while checked < 5_000 {
        let instance = small(&mut dice);
        // Hundredths, parts and whole in lowest terms.
        let caps = [(50, 1, 2), (25, 1, 4), (20, 1, 5), (75, 3, 4), (40, 2, 5)];
        let (hundredths, parts, whole) = caps[dice.below(5) as usize];
        let pairs: Vec<ScoredPair> = instance.pairs().collect();
        if (parts + 1_i64).pow(pairs.len() as u32) > 5_000 {
            continue;
        }
        checked += 1;
        let up = |n: u32| i64::from(n) * whole;
        let loads = instance.load().iter();
        let mut units = Units {
            pairs: &pairs,
            parts,
            demand: instance.demand().iter().map(|&d| up(d)).collect(),
            room: loads.clone().map(|l| up(l.max)).collect(),
            least: loads.map(|l| up(l.min)).collect(),
            best: (i64::MAX, i64::MAX, i64::MAX),
        };
        units.deal(0, 0);
        let lottery = capped(&instance, Cap::of_hundredths(hundredths).unwrap()).unwrap();
        assert_eq!(i64::from(lottery.whole), whole);
        let mut open: i64 = instance.demand().iter().map(|&d| up(d)).sum();
        let mut least: Vec<i64> = instance.load().iter().map(|l| up(l.min)).collect();
        for m in &lottery.marginals {
            assert!(i64::from(m.units) <= parts);
            open -= i64::from(m.units);
            least[m.judge as usize] -= i64::from(m.units);
            uncertain += u32::from(m.units < lottery.whole);
        }
        let short = least.iter().map(|&l| l.max(0)).sum();
        let found = (open, short, -lottery.expected_total_units);
        assert_eq!(found, units.best, "{hundredths}: {instance:?}");
    }
    assert!(uncertain > 5_000, "{uncertain}");
}

#[test]
fn three_judges_at_a_half_share_two_places() {
    let pairs = [(0, 0), (0, 1), (0, 2), (0, 3)];
    let pairs = pairs.map(|(paper, judge)| ScoredPair {
        paper,
        judge,
        score: 10 - i64::from(judge),
    });
    let instance = Instance::new(vec![1], vec![Load { min: 0, max: 1 }; 4], pairs).unwrap();
    let lottery = capped(&instance, half()).unwrap();
    assert_eq!(lottery.expected_total_units, 10 + 9);
    let worst = worst_z(&lottery, 10_000, |sample| assert_eq!(sample.len(), 1));
    assert!(worst <= 5.0);
}

#[test]
fn the_seed_is_committed_to_by_its_hash() {
    assert_eq!(
        commitment(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(Cap::of_hundredths(0).is_none() && Cap::of_hundredths(101).is_none());
}
