//! Rounds whose equations are sparse: the same model by other kernels.

use winner_judging_core::Seed;
use winner_judging_core::draws::{Key, Ziggurat};
use winner_judging_core::refusal::Refusal;
use winner_judging_core::reml::deleted::deleted_residuals;
use winner_judging_core::reml::{Crossing, FitError, Observation, fit};
use winner_judging_core::uncertainty::top_probabilities;

/// Sparse equations, forced on a round that would have dense ones, give the same model.
#[test]
fn the_sparse_equations_give_the_model_of_the_dense_ones() {
    let ziggurat = Ziggurat::new();
    let mut stream = Key::new(&Seed([8; 32]), "sparse").stream(0);
    // Twelve panels of ten judges; every entry also meets a judge of the next panel now and then.
    let mut observations = Vec::new();
    for entry in 0..360u32 {
        let panel = entry / 30;
        for seat in 0..3u32 {
            let within = (entry * 7 + seat * 3) % 10;
            let away = u32::from(seat == 2 && entry % 15 == 0);
            let judge = (panel + away) % 12 * 10 + within;
            let score = f64::from(entry % 5) + f64::from(judge % 3) + ziggurat.normal(&mut stream);
            observations.push(Observation {
                entry,
                judge,
                score,
            });
        }
    }
    for swapped in [false, true] {
        let arranged = if swapped {
            observations
                .iter()
                .map(|o| Observation {
                    entry: o.judge,
                    judge: o.entry,
                    score: o.score,
                })
                .collect()
        } else {
            observations.clone()
        };
        let (entries, judges) = if swapped { (120, 360) } else { (360, 120) };
        let dense = Crossing::new(entries, judges, arranged).unwrap();
        let sparse = dense.clone().thinned();
        assert!(
            dense.thinning.is_none() && sparse.core() < 60,
            "{}",
            sparse.core()
        );
        let (one, other) = (fit(&dense).unwrap(), fit(&sparse).unwrap());
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * a.abs().max(1.0), "{a} {b}");
        near(one.variances.entry, other.variances.entry);
        near(one.variances.judge, other.variances.judge);
        near(one.reml_crit, other.reml_crit);
        for (a, b) in one.entries.iter().zip(&other.entries) {
            near(a.blup, b.blup);
            near(a.pev_sd, b.pev_sd);
        }
        for (a, b) in one.judges.iter().zip(&other.judges) {
            near(a.blup, b.blup);
            near(a.pev_sd, b.pev_sd);
        }
        let sds = one.posterior.merit_sds().into_iter();
        sds.zip(other.posterior.merit_sds())
            .for_each(|(a, b)| near(a, b));
        let from_seventh = other.posterior.differences_from(7);
        one.posterior.each_difference(|i, j, sd| {
            if i == 7 {
                near(sd, from_seventh[j]);
            }
        });
        let residuals = deleted_residuals(&dense, one.variances).unwrap();
        let thinned = deleted_residuals(&sparse, one.variances).unwrap();
        residuals
            .iter()
            .zip(&thinned)
            .for_each(|(a, b)| near(a.z, b.z));
        // Other draws, of the same distribution: the shares differ by chance alone.
        let shares = |posterior| top_probabilities(posterior, 20, 20_000, &Seed([1; 32]));
        for (a, b) in shares(&one.posterior).iter().zip(shares(&other.posterior)) {
            assert!((a - b).abs() < 5.0 * (0.5 / 20_000.0f64).sqrt(), "{a} {b}");
        }
        // The same bits again.
        assert!(fit(&sparse).unwrap().reml_crit.to_bits() == other.reml_crit.to_bits());
    }
}

/// One entry that sixteen thousand judges all scored links every judge with every other: said before the work begins, with what
/// it would take.
#[test]
fn a_round_that_would_take_too_long_is_refused_with_its_cost() {
    let judges = 16_000u32;
    let own = (0..judges).map(|judge| (judge, judge));
    let shared = (0..judges).map(|judge| (judges, judge));
    let observations = own.chain(shared).map(|(entry, judge)| Observation {
        entry,
        judge,
        score: f64::from((entry + judge) % 11),
    });
    let crossing = Crossing::new(16_001, 16_000, observations.collect()).unwrap();
    let refused = fit(&crossing);
    let Err(FitError::TooLarge(cost)) = &refused else {
        panic!("{refused:?}");
    };
    assert!(cost.minutes > 10 && cost.equations == judges, "{cost:?}");
    let refusal = Refusal::of_fit(&refused).unwrap();
    let figure = cost.minutes.to_string();
    assert!(refusal.in_english().contains(&figure) && refusal.in_indonesian().contains(&figure));
}
