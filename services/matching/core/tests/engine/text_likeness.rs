//! Text likeness against people's own judgement of their expertise.

use std::collections::BTreeMap;

use crate::support::data;
use winner_matching_core::text::Index;

/// Weighted Kendall loss as published with the data set: over a participant's
/// pairs of papers, the difference in expertise of every pair in the wrong
/// order (half for a tie) over the sum of differences; mean over the profiles.
fn loss(ratings: &[(u32, u32, f64)], likeness: impl Fn(u32, u32) -> f64) -> f64 {
    let (mut wrong, mut all) = (0.0, 0.0);
    for (k, a) in ratings.iter().enumerate() {
        for b in ratings[..k].iter().filter(|b| b.0 == a.0) {
            let (truth, guess) = (a.2 - b.2, likeness(a.0, a.1) - likeness(b.0, b.1));
            all += truth.abs();
            if guess == 0.0 {
                wrong += truth.abs() / 2.0;
            } else if (truth > 0.0) != (guess > 0.0) {
                wrong += truth.abs();
            }
        }
    }
    wrong / all
}

#[test]
fn the_gold_standard_is_ordered_better_than_by_published_models() {
    let Some(folder) = data("goldstandard") else {
        return;
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut index = Index::default();
    let mut at = BTreeMap::new();
    for line in read("papers.tsv").lines().skip(1) {
        let (id, text) = line.split_once('\t').unwrap();
        at.insert(id.parse::<u32>().unwrap(), index.add(text));
    }
    let weighed = index.weigh();
    let mut profiles: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for line in read("profiles.csv").lines().skip(1) {
        let f: Vec<u32> = line.split(',').map(|x| x.parse().unwrap()).collect();
        profiles.entry((f[0], f[1])).or_default().push(at[&f[2]]);
    }
    let ratings: Vec<(u32, u32, f64)> = read("evaluations.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let f: Vec<&str> = line.split(',').collect();
            (
                f[0].parse().unwrap(),
                f[1].parse().unwrap(),
                f[2].parse().unwrap(),
            )
        })
        .collect();
    let mut sum = 0.0;
    for variant in 1..=10 {
        sum += loss(&ratings, |person, paper| {
            let own = &profiles[&(variant, person)];
            let each = own.iter().map(|&w| weighed.likeness(w, at[&paper]) as f64);
            each.sum::<f64>() / own.len() as f64
        });
    }
    let mean = sum / 10.0;
    println!("gold standard: loss {mean:.4}");
    assert!(mean <= 0.250, "loss {mean:.4}; SPECTER has .269, TPMS .281");
}
