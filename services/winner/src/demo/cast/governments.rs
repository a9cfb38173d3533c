//! Local governments, each with one challenge.

use anyhow::{Context, Result, ensure};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use uuid::Uuid;
use winner_intake::domain::region::RegionCode;
use winner_proto::intake::v1::EditionDefinition;

use super::{Actor, Government, Scale, province};
use crate::demo::texts::Writer;

/// As many governments as there are challenges, in turn from each province, of different regencies, with
/// the province's issues in turn.
pub(super) fn all(
    definition: &EditionDefinition,
    scale: Scale,
    writer: &mut Writer,
    rng: &mut StdRng,
) -> Result<Vec<Government>> {
    let mut regencies = Vec::with_capacity(definition.provinces.len());
    for in_edition in &definition.provinces {
        let known: Vec<RegionCode> = province(in_edition)?.regencies().collect();
        let shuffled: Vec<RegionCode> = known.sample(rng, known.len()).copied().collect();
        regencies.push(shuffled);
    }
    let turns = regencies.iter().map(Vec::len).max().unwrap_or_default();
    let places: Vec<(usize, usize, RegionCode)> = (0..turns)
        .flat_map(|turn| {
            let of = regencies.iter().enumerate();
            of.filter_map(move |(at, list)| Some((at, turn, *list.get(turn)?)))
        })
        .take(scale.challenges)
        .collect();
    ensure!(
        places.len() == scale.challenges,
        "the provinces have only {} known regencies",
        places.len()
    );
    places
        .into_iter()
        .enumerate()
        .map(|(n, (at, turn, region))| {
            let issues = &definition.provinces[at].issue_ids;
            let issue = issues
                .get((turn + at) % issues.len().max(1))
                .context("a province without issues")?;
            Ok(Government {
                region,
                official: Actor::new(
                    format!("pemda-{}", n + 1),
                    format!("Pejabat Contoh {}", n + 1),
                    rng,
                ),
                challenge_id: Uuid::from_u128(rng.random()),
                issue_id: issue.clone(),
                problem: writer.problem(issue, region, rng),
            })
        })
        .collect()
}
