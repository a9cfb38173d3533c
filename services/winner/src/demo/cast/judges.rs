//! Judges, who know some issues and provinces and are more or less severe.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use winner_proto::intake::v1::EditionDefinition;

use super::{Actor, Judge, Scale};

/// Issues that a judge knows.
const ISSUES: usize = 3;
/// Provinces that a judge knows.
const PROVINCES: usize = 2;
/// The most that one of two draws makes a judge more or less severe, in thousandths of a point.
const SEVERITY: i64 = 900;

/// The judges.
pub(super) fn all(definition: &EditionDefinition, scale: Scale, rng: &mut StdRng) -> Vec<Judge> {
    let issues: Vec<_> = definition.issues.iter().map(|i| &i.issue_id).collect();
    let provinces: Vec<_> = definition
        .provinces
        .iter()
        .map(|p| &p.region_code)
        .collect();
    let mut severity = || -> i64 { (0..2).map(|_| rng.random_range(-SEVERITY..=SEVERITY)).sum() };
    let severities: Vec<i64> = (0..scale.judges).map(|_| severity()).collect();
    let mean = severities.iter().sum::<i64>() / i64::try_from(scale.judges.max(1)).unwrap_or(1);
    severities
        .into_iter()
        .enumerate()
        .map(|(n, severity)| Judge {
            actor: Actor::new(
                format!("juri-{}", n + 1),
                format!("Juri Contoh {}", n + 1),
                rng,
            )
            .with_phone(2, n),
            issue_ids: issues.sample(rng, ISSUES).map(|i| (*i).clone()).collect(),
            region_codes: provinces
                .sample(rng, PROVINCES)
                .map(|p| (*p).clone())
                .collect(),
            severity: severity - mean,
        })
        .collect()
}
