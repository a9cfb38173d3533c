//! Fills in the places that sentences leave: numbers, names, days, as they fit the region.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use winner_intake::domain::region::RegionCode;

use super::everywhere;

const DAYS: [&str; 7] = [
    "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
];

/// It is a kota, which is divided into kelurahan; a kabupaten has mostly desa.
pub(crate) fn is_kota(region: RegionCode) -> bool {
    region.name().starts_with("Kota ")
}

/// A sentence with its places in braces filled.
pub(super) fn fill(template: &str, region: RegionCode, rng: &mut StdRng) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (blank, after) = after.split_once('}').unwrap_or((after, ""));
        push_words(&mut text, before, region);
        text += &word(blank, region, rng);
        rest = after;
    }
    push_words(&mut text, rest, region);
    text
}

fn push_words(text: &mut String, words: &str, region: RegionCode) {
    if is_kota(region) {
        *text += &words.replace(" desa", " kelurahan");
    } else {
        *text += words;
    }
}

fn word(blank: &str, region: RegionCode, rng: &mut StdRng) -> String {
    let village = if is_kota(region) { "kelurahan" } else { "desa" };
    match blank {
        "kab" => region.name().to_owned(),
        "d" => village.to_owned(),
        "desa" => format!("{} {village}", rng.random_range(3..25)),
        "kec" => format!("{} kecamatan", rng.random_range(2..10)),
        "n" => rng.random_range(41..960).to_string(),
        "k" => rng.random_range(3..13).to_string(),
        "j" => rng.random_range(2..6).to_string(),
        "persen" => format!("{} persen", rng.random_range(12..64)),
        "tinggi" => format!("{} persen", rng.random_range(71..97)),
        "rendah" => format!("{} persen", rng.random_range(3..19)),
        "bulan" => rng.random_range(6..31).to_string(),
        "tahun" => rng.random_range(2018..2026).to_string(),
        "rp" => rupiah(rng.random_range(4..90) * 500),
        "juta" => format!("Rp{} juta", rng.random_range(4..60)),
        "hari" => chosen(&DAYS, rng).to_owned(),
        "kelompok" => chosen(everywhere::GROUPS, rng).to_owned(),
        "mitra" => partner(region, rng),
        other => format!("{{{other}}}"),
    }
}

fn partner(region: RegionCode, rng: &mut StdRng) -> String {
    let fitting: Vec<&str> = everywhere::PARTNER_NAMES
        .iter()
        .copied()
        .filter(|name| super::fits(name, region))
        .collect();
    chosen(&fitting, rng).to_owned()
}

fn chosen<'a>(of: &[&'a str], rng: &mut StdRng) -> &'a str {
    of.choose(rng).copied().unwrap_or_default()
}

fn rupiah(amount: u32) -> String {
    match (amount / 1_000, amount % 1_000) {
        (0, rest) => format!("Rp{rest}"),
        (thousands, rest) => format!("Rp{thousands}.{rest:03}"),
    }
}
