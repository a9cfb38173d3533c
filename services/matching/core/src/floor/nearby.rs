//! Pairs that a step might bring with a gain: those that would have been
//! worth taking, in the largest total, but for a little.

use crate::instance::{Instance, Pair};

/// How much is a little, as a part of the largest score.
const LITTLE: i64 = 32;

/// Positions of pairs, paper by paper.
pub(super) struct Nearby {
    start: Vec<usize>,
    positions: Vec<u32>,
}

impl Nearby {
    /// Pairs whose score less the judge's price is nearly that of the worst of
    /// the paper's `pairs` (sorted) in the same group of the first panel rule.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an instance counts in 32 bits"
    )]
    pub(super) fn of(instance: &Instance, pairs: &[Pair], prices: &[i64]) -> Self {
        let little = instance.largest_score() / LITTLE;
        let value = |i: usize| {
            let (judge, score) = instance.at(i);
            score - prices[judge as usize]
        };
        let group = |judge: u32| instance.panel_rules().first().map(|r| r.group_of(judge));
        let (mut start, mut positions) = (vec![0], Vec::new());
        let mut rest = pairs;
        for paper in 0..instance.papers() as u32 {
            let many = rest.iter().take_while(|p| p.paper == paper).count();
            let (panel, others) = rest.split_at(many);
            rest = others;
            let worst = |same: &dyn Fn(u32) -> bool| {
                let among = panel.iter().filter(|p| same(p.judge));
                among.filter_map(|&p| instance.find(p)).map(value).min()
            };
            let of_all = worst(&|_| true).unwrap_or(i64::MIN);
            let mut last = None;
            for i in instance.pairs_of(paper) {
                let of = group(instance.at(i).0);
                let bar = match last {
                    Some((group, bar)) if group == of => bar,
                    _ => worst(&|judge| group(judge) == of).unwrap_or(of_all),
                };
                last = Some((of, bar));
                if value(i) >= bar.saturating_sub(little) {
                    positions.push(i as u32);
                }
            }
            start.push(positions.len());
        }
        Self { start, positions }
    }

    pub(super) fn of_paper(&self, paper: u32) -> &[u32] {
        &self.positions[self.start[paper as usize]..self.start[paper as usize + 1]]
    }
}
