//! Teams with their proposals: most come in time, a few late or incomplete, a few have copied.

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use uuid::Uuid;
use winner_intake::domain::region::RegionCode;
use winner_proto::intake::v1::EditionDefinition;

use super::shares::dealt;
use super::{Actor, Copied, Fate, Government, Scale, Team, province};
use crate::demo::texts::{Writer, is_kota, reworded};

/// Every so many teams one is found ineligible.
const INELIGIBLE_EVERY: usize = 17;
/// Which of them.
const INELIGIBLE_AT: usize = 7;

const FORMS: [&str; 6] = ["Koperasi", "Yayasan", "PT", "Perkumpulan", "CV", "BUMDes"];
const NAMES: [&str; 16] = [
    "Lentera Nusantara",
    "Tumbuh Bersama",
    "Karya Warga Mandiri",
    "Jejak Hijau",
    "Anyam Harapan",
    "Sumber Makmur",
    "Cahaya Timur",
    "Bina Insani",
    "Rumah Gagasan",
    "Tani Berdaya",
    "Ruang Belajar",
    "Sehat Sejahtera",
    "Mitra Kampung",
    "Langkah Kecil",
    "Arus Baru",
    "Nusa Lestari",
];

/// Everybody who drafts: those in time first, then the late, then the incomplete.
pub(super) fn all(
    definition: &EditionDefinition,
    scale: Scale,
    governments: &[Government],
    writer: &mut Writer,
    rng: &mut StdRng,
) -> Result<Vec<Team>> {
    let mut provinces = dealt(definition, scale.submissions);
    // In every wave somebody is late: the late and the incomplete are dealt to the provinces in turn.
    let others = scale.late + scale.incomplete;
    let last = definition.provinces.len() - 1;
    let turns = (0..=last).flat_map(|n| [n, last - n]);
    provinces.extend(turns.cycle().take(others));
    provinces
        .into_iter()
        .enumerate()
        .map(|(n, at)| {
            let fate = match n {
                n if n >= scale.submissions + scale.late => Fate::Incomplete,
                n if n >= scale.submissions => Fate::Late,
                n if n % INELIGIBLE_EVERY == INELIGIBLE_AT => Fate::Ineligible,
                _ => Fate::Eligible,
            };
            let in_edition = &definition.provinces[at];
            let regencies: Vec<RegionCode> = province(in_edition)?.regencies().collect();
            let region = *regencies
                .choose(rng)
                .context("a province whose regencies are not known")?;
            let issue_id = in_edition
                .issue_ids
                .choose(rng)
                .context("a province without issues")?
                .clone();
            Ok(Team {
                applicant: Actor::new(
                    format!("tim-{}", n + 1),
                    format!("Pemohon Contoh {}", n + 1),
                    rng,
                )
                .with_phone(1, n),
                organisation: organisation(n, rng),
                organisation_id: Uuid::from_u128(rng.random()),
                submission_id: Uuid::from_u128(rng.random()),
                region,
                wave_id: in_edition.wave_id.clone(),
                chosen: chosen(governments, region, &issue_id, rng),
                proposal: writer.proposal(&issue_id, region, rng),
                issue_id,
                quality: rng.random_range(3_500..8_500),
                fate,
            })
        })
        .collect()
}

fn organisation(n: usize, rng: &mut StdRng) -> String {
    let form = FORMS.choose(rng).copied().unwrap_or(FORMS[0]);
    let name = NAMES.choose(rng).copied().unwrap_or(NAMES[0]);
    format!("{form} {name} (contoh {})", n + 1)
}

/// Three of four teams choose a challenge of their issue, of their province where there is one.
fn chosen(
    governments: &[Government],
    region: RegionCode,
    issue: &str,
    rng: &mut StdRng,
) -> Option<usize> {
    let of_issue: Vec<usize> = (0..governments.len())
        .filter(|n| governments[*n].issue_id == issue)
        .collect();
    let near: Vec<usize> = of_issue
        .iter()
        .copied()
        .filter(|n| governments[*n].region.province() == region.province())
        .collect();
    let choice = if near.is_empty() { &of_issue } else { &near };
    let choice = choice.choose(rng).copied();
    choice.filter(|_| rng.random_bool(0.75))
}

/// Lets the last eligible teams hand in what an earlier team of their issue wrote, with some words changed.
pub(super) fn copy(teams: &mut [Team], scale: Scale) -> Vec<Copied> {
    let mut copies: Vec<Copied> = Vec::new();
    for copy in (0..scale.submissions).rev() {
        if copies.len() == scale.copies {
            break;
        }
        let taken = |n: usize| copies.iter().any(|c| c.original == n || c.copy == n);
        let original = (0..copy).find(|n| {
            let (a, b) = (&teams[*n], &teams[copy]);
            let both = a.fate == Fate::Eligible && b.fate == Fate::Eligible;
            both && a.issue_id == b.issue_id
                && a.region.province() != b.region.province()
                && is_kota(a.region) == is_kota(b.region)
                && !taken(*n)
        });
        if let Some(original) = original {
            let (from, to) = (&teams[original], &teams[copy]);
            teams[copy].proposal = reworded(&from.proposal, from.region, to.region);
            copies.push(Copied { original, copy });
        }
    }
    copies
}
