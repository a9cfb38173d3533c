//! Indonesia as tiles, one a province, each about where the province lies.

use anyhow::Result;
use plotters::prelude::Rectangle;
use plotters::style::text_anchor::HPos;

use crate::demo::report::canvas::{Area, Ink, Layout, PX};
use crate::demo::report::figure::{Figure, Head, Mark};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::Story;

/// Region code, letters of ISO 3166-2, column, row.
const TILES: [(&str, &str, i32, i32); 38] = [
    ("11", "AC", 0, 0),
    ("12", "SU", 0, 1),
    ("13", "SB", 0, 2),
    ("14", "RI", 1, 1),
    ("15", "JA", 1, 2),
    ("16", "SS", 1, 3),
    ("17", "BE", 0, 3),
    ("18", "LA", 1, 4),
    ("19", "BB", 2, 2),
    ("21", "KR", 2, 1),
    ("31", "JK", 3, 5),
    ("32", "JB", 3, 6),
    ("33", "JT", 4, 5),
    ("34", "YO", 4, 6),
    ("35", "JI", 5, 5),
    ("36", "BT", 2, 5),
    ("51", "BA", 6, 5),
    ("52", "NB", 7, 5),
    ("53", "NT", 8, 5),
    ("61", "KB", 4, 1),
    ("62", "KT", 5, 1),
    ("63", "KS", 5, 2),
    ("64", "KI", 6, 1),
    ("65", "KU", 6, 0),
    ("71", "SA", 9, 0),
    ("72", "ST", 8, 1),
    ("73", "SN", 8, 3),
    ("74", "SG", 9, 2),
    ("75", "GO", 8, 0),
    ("76", "SR", 8, 2),
    ("81", "MA", 10, 3),
    ("82", "MU", 10, 1),
    ("91", "PA", 13, 2),
    ("92", "PB", 12, 1),
    ("93", "PS", 13, 3),
    ("94", "PT", 12, 2),
    ("95", "PE", 12, 3),
    ("96", "PD", 11, 1),
];
const COLUMNS: i32 = 14;
const ROWS: i32 = 7;

/// The letters of a province; its code where it is not in the table.
pub(super) fn short(code: &str) -> &str {
    TILES.iter().find(|t| t.0 == code).map_or(code, |t| t.1)
}

/// The tile map of accepted submissions.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new(
        "Peta ubin: proposal yang diterima",
        "Tile map: submissions accepted",
    );
    let accepted = |code: &str| -> usize {
        story
            .funnel
            .iter()
            .filter(|c| c.region_code == code)
            .map(|c| c.accepted)
            .sum()
    };
    let counted: Vec<_> = story
        .provinces
        .iter()
        .map(|p| (p, accepted(&p.id)))
        .collect();
    let most = counted.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let total: usize = counted.iter().map(|(_, n)| n).sum();
    let says = Text::said(|l| match l {
        Language::Indonesian => format!(
            "{} dari {} provinsi Indonesia ikut serta dengan {} proposal; makin pekat ubinnya, makin banyak proposalnya.",
            l.whole(counted.len()),
            TILES.len(),
            l.whole(total)
        ),
        Language::English => format!(
            "{} of Indonesia's {} provinces take part with {} submissions; the deeper the tile, the more submissions.",
            l.whole(counted.len()),
            TILES.len(),
            l.whole(total)
        ),
    });
    let row = |(province, n): &(&_, usize)| {
        let province: &crate::demo::story::Titled = province;
        vec![
            Text::same(short(&province.id)),
            Text::from(province),
            Text::same(&province.id),
            Text::whole(*n),
        ]
    };
    let heads = vec![
        Head::words("Ubin", "Tile"),
        Head::words("Provinsi", "Province"),
        Head::words("Kode", "Code"),
        Head::number("Proposal", "Submissions"),
    ];
    let mut figure =
        Figure::new("peta", title, says).table(heads, counted.iter().map(row).collect());
    for (province, n) in &counted {
        let name = Text::from(*province);
        let label = |name: &str, count: String| format!("{} {name}: {count}", short(&province.id));
        let label = Text::new(
            label(&name.id, Language::Indonesian.whole(*n)),
            label(&name.en, Language::English.whole(*n)),
        );
        figure = figure.key(Mark::Bar, heat(*n, most), label);
    }
    figure.draw(
        |layout| ROWS * step(layout).1,
        |area, layout| {
            TILES.iter().try_for_each(|tile| {
                let count = counted
                    .iter()
                    .find(|(p, _)| p.id == tile.0)
                    .map(|(_, n)| *n);
                draw(area, layout, tile, count.map(|n| (n, heat(n, most))))
            })
        },
    )
}

/// Four depths, by quarters of the largest number.
fn heat(count: usize, most: usize) -> Ink {
    match (count * 4).div_ceil(most) {
        0 | 1 => Ink::Heat1,
        2 => Ink::Heat2,
        3 => Ink::Heat3,
        _ => Ink::Heat4,
    }
}

/// From tile to tile, across and down, in pixels.
fn step(layout: Layout) -> (i32, i32) {
    (
        layout.width() / COLUMNS,
        layout.pick(layout.width() / COLUMNS, 34),
    )
}

fn draw(
    area: &Area<'_>,
    layout: Layout,
    (_, letters, column, row): &(&str, &str, i32, i32),
    count: Option<(usize, Ink)>,
) -> Result<()> {
    let (across, down) = step(layout);
    let (x, y) = (column * across * PX, row * down * PX);
    let (width, height) = (
        (across - layout.pick(4, 2)) * PX,
        (down - layout.pick(4, 2)) * PX,
    );
    let ink = count.map_or(Ink::Faint, |(_, heat)| heat);
    area.draw(&Rectangle::new(
        [(x, y), (x + width, y + height)],
        ink.fill(),
    ))?;
    let (middle, center) = (x + width / 2, y + height / 2);
    match count {
        None => area.draw_text(
            letters,
            &Ink::Muted.text(layout, HPos::Center),
            (middle, center),
        )?,
        Some((n, heat)) => {
            let word = if matches!(heat, Ink::Heat1 | Ink::Heat2) {
                Ink::Text
            } else {
                Ink::OnHeat
            };
            let apart = layout.pick(9, 7) * PX;
            area.draw_text(
                letters,
                &word.text(layout, HPos::Center),
                (middle, center - apart),
            )?;
            area.draw_text(
                &Text::whole(n).joined(),
                &word.bold(layout, HPos::Center),
                (middle, center + apart),
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_provinces_share_a_tile_a_code_or_letters() {
        let places: BTreeSet<_> = TILES.iter().map(|t| (t.2, t.3)).collect();
        let codes: BTreeSet<_> = TILES.iter().map(|t| t.0).collect();
        let letters: BTreeSet<_> = TILES.iter().map(|t| t.1).collect();
        assert_eq!([places.len(), codes.len(), letters.len()], [TILES.len(); 3]);
        assert!(TILES.iter().all(|t| t.2 < COLUMNS && t.3 < ROWS));
    }

    #[test]
    fn the_largest_number_is_deepest_and_none_is_palest() {
        assert_eq!(
            [heat(0, 80), heat(20, 80), heat(41, 80), heat(80, 80)],
            [Ink::Heat1, Ink::Heat1, Ink::Heat3, Ink::Heat4]
        );
    }
}
