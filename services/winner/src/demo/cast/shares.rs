//! How many of a whole each province gets: as unevenly as in life, and the same in every run.

use winner_proto::intake::v1::EditionDefinition;

/// Submissions of a hundred, by province of the first competition; large provinces have more.
const WEIGHTS: [(&str, u64); 6] = [
    ("12", 19),
    ("35", 26),
    ("36", 16),
    ("53", 13),
    ("61", 10),
    ("73", 16),
];
/// Of a province that the table does not know.
const OTHER: u64 = 16;

/// Deals `count` things to provinces, always to the one that is furthest behind its share; answers the
/// position of the province for each.
pub(super) fn dealt(definition: &EditionDefinition, count: usize) -> Vec<usize> {
    let weights: Vec<u64> = definition
        .provinces
        .iter()
        .map(|p| {
            let known = WEIGHTS.iter().find(|(code, _)| *code == p.region_code);
            known.map_or(OTHER, |(_, weight)| *weight)
        })
        .collect();
    let mut given = vec![0_u64; weights.len()];
    (0..count)
        .map(|_| {
            // Behind is who has the least for their weight: compared as fractions, without rounding.
            let behind = (0..weights.len())
                .min_by(|a, b| {
                    ((given[*a] + 1) * weights[*b]).cmp(&((given[*b] + 1) * weights[*a]))
                })
                .unwrap_or(0);
            given[behind] += 1;
            behind
        })
        .collect()
}
