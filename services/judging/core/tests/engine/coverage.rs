//! Intervals hold what they say, in rounds drawn from the model.

use winner_judging_core::Seed;
use winner_judging_core::draws::{Key, Ziggurat};
use winner_judging_core::model::{Model, Score};
use winner_judging_core::uncertainty::top_probabilities;

/// The share of true merits inside their 90 % intervals over `rounds` rounds of 20 entries, 6 judges and 3 reviews each (entry sd 1,
/// judge sd 0.7, error sd 1.2), and the gap between promised and observed places among the five best.
fn simulated(rounds: u64) -> (f64, f64) {
    let ziggurat = Ziggurat::new();
    let (mut inside, mut all, mut gap, mut likely) = (0.0, 0.0, 0.0, 0.0);
    for round in 0..rounds {
        let mut stream = Key::new(&Seed([21; 32]), "coverage").stream(round);
        let merits: Vec<f64> = (0..20).map(|_| ziggurat.normal(&mut stream)).collect();
        let leniency: Vec<f64> = (0..6).map(|_| 0.7 * ziggurat.normal(&mut stream)).collect();
        let mut scores = Vec::new();
        for (entry, merit) in merits.iter().enumerate() {
            let first = stream.below(6);
            for review in 0..3 {
                let judge = (first + review * (1 + entry % 2)) % 6;
                let total = 6.0 + merit + leniency[judge] + 1.2 * ziggurat.normal(&mut stream);
                scores.push(Score {
                    entry,
                    judge,
                    total,
                });
            }
        }
        let ids = |prefix: char, count: usize| (0..count).map(move |i| format!("{prefix}{i:02}"));
        let model = Model::fitted(
            ids('E', 20).map(|id| id.as_str().into()).collect(),
            ids('J', 6).map(|id| id.as_str().into()).collect(),
            scores,
            None,
        );
        let mut sorted = merits.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let Ok(fit) = &model.fit else { continue };
        let promises = top_probabilities(&fit.posterior, 5, 400, &Seed([1; 32]));
        let standings = model.standings(None, &Seed([1; 32]));
        for ((standing, promised), merit) in standings.iter().zip(promises).zip(&merits) {
            let truth = 6.0 + merit;
            all += 1.0;
            inside += f64::from(u8::from(standing.low <= truth && truth <= standing.high));
            if promised > 0.4 {
                likely += 1.0;
                gap += promised - f64::from(u8::from(*merit >= sorted[4]));
            }
        }
    }
    (inside / all, gap / likely)
}

#[test]
fn ninety_percent_intervals_and_chances_of_a_place_hold_what_they_say() {
    let (inside, gap) = simulated(150);
    // 3,000 merits: a standard error of about 0.007, as those of one round hang together.
    assert!((0.865..=0.925).contains(&inside), "{inside}");
    assert!(gap.abs() < 0.06, "{gap}");
}
