//! Who is short when demand exceeds what the pairs and loads allow, and the
//! smallest change that would mend it.
//!
//! By the max-flow min-cut theorem the papers that want more judges and those
//! that compete with them for the same full judges form a closed group: the
//! judges it may use have fewer places than it demands (Hall, 1935). Raising
//! those judges' limits, allowing more pairs, or lowering the demand by the
//! number missing is necessary, and nothing outside the group helps.

use crate::instance::{Instance, Pair};
use crate::panel::{FREE, Limit, PanelRule};

/// Open places and missed minima; empty when everything is as asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Shortfall {
    /// Papers with open places: (paper, how many).
    pub papers: Vec<(u32, u32)>,
    /// Judges below their minimum: (judge, how many papers are missing).
    pub judges: Vec<(u32, u32)>,
    /// Panels that lack the judge they should have: (panel rule, paper).
    pub panels: Vec<(u32, u32)>,
    /// Why places are open; `None` when none are, or when a panel rule that is
    /// never broken may be the reason.
    pub bottleneck: Option<Bottleneck>,
}

/// The group of papers that together want more than their judges can give.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Bottleneck {
    /// The papers of the group, ascending.
    pub papers: Vec<u32>,
    /// The judges they compete for, all full, ascending. More places at these
    /// help; so do pairs of these papers with judges outside the list.
    pub judges: Vec<u32>,
    /// Places the papers demand.
    pub demanded: u64,
    /// Places they can get: at most one per allowed pair, and the judges' maxima.
    pub available: u64,
    /// Open places: the least number of further places needed.
    pub missing: u64,
}

impl Shortfall {
    /// Whether nobody is short.
    pub fn is_empty(&self) -> bool {
        self.papers.is_empty() && self.judges.is_empty() && self.panels.is_empty()
    }

    /// How many places are open in all.
    pub fn unfilled(&self) -> u64 {
        self.papers.iter().map(|&(_, n)| u64::from(n)).sum()
    }

    /// What is missing from `pairs`, which are sorted and fill as many places as they can.
    pub(crate) fn of(instance: &Instance, pairs: &[Pair]) -> Self {
        let mut judges_of = vec![0u32; instance.papers()];
        let mut papers_of: Vec<Vec<u32>> = vec![Vec::new(); instance.judges()];
        for p in pairs {
            judges_of[p.paper as usize] += 1;
            papers_of[p.judge as usize].push(p.paper);
        }
        let papers: Vec<(u32, u32)> = (0..)
            .zip(instance.demand().iter().zip(&judges_of))
            .filter(|(_, (d, got))| got < d)
            .map(|(p, (d, got))| (p, d - got))
            .collect();
        let judges = (0..)
            .zip(instance.load().iter().zip(&papers_of))
            .filter_map(|(j, (l, held))| {
                let got = u32::try_from(held.len()).unwrap_or(u32::MAX);
                (got < l.min).then(|| (j, l.min - got))
            })
            .collect();
        let mut short = Self {
            papers,
            judges,
            panels: lacking(instance, pairs),
            bottleneck: None,
        };
        let never = |r: &PanelRule| r.never_broken();
        if !short.papers.is_empty() && !instance.panel_rules().iter().any(never) {
            short.bottleneck = Some(bottleneck(instance, pairs, &papers_of, &short.papers));
        }
        short
    }
}

/// Panels without any of the judges that an "at least one" asks for.
fn lacking(instance: &Instance, pairs: &[Pair]) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for (rule, r) in (0u32..).zip(instance.panel_rules()) {
        if r.limit != Limit::AtLeastOne {
            continue;
        }
        let mut met: Vec<bool> = instance.demand().iter().map(|&d| d == 0).collect();
        for pair in pairs {
            met[pair.paper as usize] |= r.group_of(pair.judge) != FREE;
        }
        let lacking = (0u32..).zip(met).filter(|(_, met)| !met);
        found.extend(lacking.map(|(paper, _)| (rule, paper)));
    }
    found
}

/// Everything the short papers can reach by exchanging pairs.
fn bottleneck(
    instance: &Instance,
    pairs: &[Pair],
    papers_of: &[Vec<u32>],
    short: &[(u32, u32)],
) -> Bottleneck {
    let mut in_group = vec![false; instance.papers()];
    let mut contested = vec![false; instance.judges()];
    let mut next: Vec<u32> = short.iter().map(|s| s.0).collect();
    for &p in &next {
        in_group[p as usize] = true;
    }
    while let Some(paper) = next.pop() {
        for i in instance.pairs_of(paper) {
            let (judge, _) = instance.at(i);
            let known = contested[judge as usize];
            if known || pairs.binary_search(&Pair { paper, judge }).is_ok() {
                continue;
            }
            contested[judge as usize] = true;
            for &p in &papers_of[judge as usize] {
                if !std::mem::replace(&mut in_group[p as usize], true) {
                    next.push(p);
                }
            }
        }
    }
    let list = |marks: &[bool]| {
        (0..)
            .zip(marks)
            .filter(|(_, m)| **m)
            .map(|(i, _)| i)
            .collect()
    };
    let papers: Vec<u32> = list(&in_group);
    let demanded = papers
        .iter()
        .map(|&p| u64::from(instance.demand()[p as usize]))
        .sum();
    let missing = short.iter().map(|s| u64::from(s.1)).sum();
    Bottleneck {
        papers,
        judges: list(&contested),
        demanded,
        available: demanded - missing,
        missing,
    }
}
