//! What the made-up teams and governments write, in Indonesian, composed from parts by issue.
//!
//! No two teams may seem to have copied from each other unless the demo wants it so: a text is composed
//! again until it shares little with every text before it.

mod air_bersih;
mod blanks;
mod everywhere;
mod kemiskinan;
mod kesehatan;
mod parts;
mod pendidikan;
mod perkawinan_anak;
mod rewording;
mod sampah;
mod shingles;
mod stunting;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use winner_intake::domain::region::RegionCode;

use blanks::fill;
pub(crate) use blanks::is_kota;
pub(crate) use rewording::reworded;
pub(crate) use shingles::{containment, shingles};

/// The share of its runs of words up to which a text may stand in one before it.
const MOST_SHARED: f64 = 0.08;
/// How often a text is composed; the most original one is taken where none is original enough.
const TRIES: usize = 2_000;

/// What a team proposes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proposal {
    /// The title.
    pub(crate) title: String,
    /// The solution.
    pub(crate) summary: String,
    /// What it has achieved.
    pub(crate) impact: String,
    /// How many people it reaches.
    pub(crate) beneficiaries: i64,
    /// What a pilot costs, in rupiah.
    pub(crate) funds: i64,
}

impl Proposal {
    /// Its runs of five words.
    pub(crate) fn shingles(&self) -> BTreeSet<String> {
        shingles(&format!("{} {} {}", self.title, self.summary, self.impact))
    }
}

/// What a government asks for.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The title.
    pub(crate) title: String,
    /// The problem.
    pub(crate) description: String,
    /// What it offers.
    pub(crate) offer: String,
}

/// Writes texts of which no two are alike.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    written: shingles::Collection,
    titles: BTreeSet<String>,
    needs: BTreeSet<&'static str>,
}

impl Writer {
    /// What a team that works in `region` proposes for an issue.
    pub(crate) fn proposal(
        &mut self,
        issue: &str,
        region: RegionCode,
        rng: &mut StdRng,
    ) -> Proposal {
        let mut best = (f64::INFINITY, Proposal::default(), BTreeSet::new());
        for _ in 0..TRIES {
            let proposal = compose(issue, region, rng);
            if self.titles.contains(&proposal.title) {
                continue;
            }
            let shingles = proposal.shingles();
            let shared = self.written.most_shared(&shingles);
            if shared < best.0 {
                best = (shared, proposal, shingles);
            }
            if shared < MOST_SHARED {
                break;
            }
        }
        let (_, proposal, shingles) = best;
        self.written.add(shingles);
        self.titles.insert(proposal.title.clone());
        proposal
    }

    /// What a government asks for, each need once as long as there are others.
    pub(crate) fn problem(&mut self, issue: &str, region: RegionCode, rng: &mut StdRng) -> Problem {
        let needs = parts::of(issue).needs;
        let new: Vec<_> = needs
            .iter()
            .filter(|need| !self.needs.contains(need.title) && fits(need.title, region))
            .collect();
        let need = new.choose(rng).copied().unwrap_or(&needs[0]);
        self.needs.insert(need.title);
        let title = format!("{}, {{kab}}", need.title);
        let mut one = |of: &[&str]| any(of, region, rng);
        Problem {
            title: one(&[&title]),
            description: format!("{} {}", one(&[need.text]), one(everywhere::SOUGHT)),
            offer: one(everywhere::OFFERS),
        }
    }
}

/// A kota has no desa, so what speaks of their enterprises does not fit it.
fn fits(text: &str, region: RegionCode) -> bool {
    !(is_kota(region) && text.contains("milik desa"))
}

fn compose(issue: &str, region: RegionCode, rng: &mut StdRng) -> Proposal {
    let parts = parts::of(issue);
    let solution = parts.solutions.choose(rng).unwrap_or(&parts.solutions[0]);
    let title = if rng.random_bool(0.5) {
        format!("{} di {{kab}}", solution.name)
    } else {
        let brand = everywhere::BRANDS.choose(rng).copied().unwrap_or_default();
        format!("{brand}: {} di {{kab}}", lower_first(solution.name))
    };
    let mut one = |of: &[&str]| any(of, region, rng);
    let summary = [
        one(parts.problems),
        one(&[solution.how]),
        one(parts.activities),
        one(everywhere::PARTNERS),
        one(everywhere::PILOT),
    ];
    let impact = [
        one(everywhere::HISTORY),
        one(parts.results),
        one(everywhere::EVIDENCE),
        one(everywhere::FINANCE),
    ];
    Proposal {
        title: one(&[&title]),
        summary: summary.join(" "),
        impact: impact.join(" "),
        beneficiaries: rng.random_range(40..2_500),
        funds: rng.random_range(50..400) * 1_000_000,
    }
}

/// One of the sentences, filled in.
fn any(of: &[&str], region: RegionCode, rng: &mut StdRng) -> String {
    let template = of.choose(rng).copied().unwrap_or_default();
    fill(template, region, rng)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}
