//! Indonesian likeness on a set of our own: challenges, and solutions that
//! answer them in other words.
//!
//! The set was committed before the thesaurus was grown, and before anything
//! was measured on it. One hand wrote both, so what the growth adds here is
//! more than it would add elsewhere: the small thesaurus from before the set
//! reaches .105, Postgres .056 (.073 without our stop words).
//! `tests/bench/matching/likeness.py` measures Postgres again.

use winner_matching_core::text::Index;

/// The discounted gain of the first five with three relevant ones, as a share
/// of the largest (Järvelin and Kekäläinen, 2002). Equal scores count as the
/// mean of all their orders.
fn ndcg(scores: &[i64], relevant: std::ops::Range<usize>) -> f64 {
    let gain = |place: usize| match place {
        0..5 => 1.0 / libm::log2(place as f64 + 2.0),
        _ => 0.0,
    };
    let mean_gain = |own: usize| {
        let above = scores.iter().filter(|&&s| s > scores[own]).count();
        let equal = scores.iter().filter(|&&s| s == scores[own]).count();
        (above..above + equal).map(gain).sum::<f64>() / equal as f64
    };
    relevant.map(mean_gain).sum::<f64>() / (0..3).map(gain).sum::<f64>()
}

#[test]
fn paraphrased_solutions_are_found_again() {
    let text = include_str!("../likeness/pasangan.txt");
    let mut index = Index::default();
    let mut add = |mark: &str| -> Vec<usize> {
        let lines = text.lines().filter_map(|l| l.strip_prefix(mark));
        lines.map(|l| index.add(l)).collect()
    };
    let (challenges, solutions) = (add("? "), add("= "));
    assert_eq!((challenges.len(), solutions.len()), (60, 180));
    let weighed = index.weigh();
    let each: Vec<f64> = (0..60)
        .map(|c| {
            let likeness = |&s: &usize| weighed.likeness(challenges[c], s);
            let scores: Vec<i64> = solutions.iter().map(likeness).collect();
            ndcg(&scores, 3 * c..3 * c + 3)
        })
        .collect();
    let mean = |from: usize, step: usize| {
        let of: Vec<f64> = each.iter().skip(from).step_by(step).copied().collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let (all, odd, even) = (mean(0, 1), mean(0, 2), mean(1, 2));
    println!("nDCG@5: all {all:.4}, odd places {odd:.4}, held out {even:.4}");
    assert!(all >= 0.21, "nDCG@5 {all:.4}");
    assert!(even >= 0.17, "nDCG@5 of the half held out {even:.4}");
}
