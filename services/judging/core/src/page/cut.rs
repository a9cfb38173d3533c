//! The section on the cut: who is in or out because of which quota, and who is too close to call.
#![expect(
    clippy::format_collect,
    reason = "rows read best as a map; a page is small"
)]

use super::sections::{both, title};
use super::{Cut, escape};
use crate::quota::{Quota, Swap};

/// Nothing where quotas moved nobody and the cut is clear.
pub(super) fn cut(cut: Option<&Cut<'_>>) -> String {
    let Some(cut) = cut.filter(|cut| !cut.swaps.is_empty() || !cut.band.is_empty()) else {
        return String::new();
    };
    format!(
        "{}{}{}",
        title("Garis potong", "The cut"),
        swaps(cut.swaps),
        band(cut.band)
    )
}

fn swaps(swaps: &[Swap]) -> String {
    if swaps.is_empty() {
        return String::new();
    }
    let rows: String = swaps.iter().map(row).collect();
    format!(
        "<p>{}</p>\n<table>\n<thead><tr><th>#</th><th>Entri<br><span class=\"en\">Entry</span></th>\
         <th class=\"text\">Akibat kuota<br><span class=\"en\">By the quotas</span></th>\
         <th class=\"text\">Karena<br><span class=\"en\">Because of</span></th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        both(
            "Tanpa kuota, daftar pendek adalah peringkat teratas; inilah yang diubah kuota.",
            "Without quotas the shortlist would be the top of the ranking; this is what the quotas changed.",
        )
    )
}

fn row(swap: &Swap) -> String {
    let done = if swap.entered {
        both("masuk", "in")
    } else {
        both("keluar", "out")
    };
    let because: Vec<String> = swap.because.iter().map(quota).collect();
    format!(
        "<tr><td>{}</td><td>{}</td><td class=\"text\">{done}</td><td class=\"text\">{}</td></tr>\n",
        swap.place,
        escape(&swap.entry),
        because.join("<br>")
    )
}

fn quota(quota: &Quota) -> String {
    let Quota {
        column,
        value,
        floor,
        cap,
    } = quota;
    let (mut id, mut en) = (Vec::new(), Vec::new());
    if *floor > 0 {
        id.push(format!("paling sedikit {floor}"));
        en.push(format!("at least {floor}"));
    }
    if let Some(cap) = cap {
        id.push(format!("paling banyak {cap}"));
        en.push(format!("at most {cap}"));
    }
    let (id, en) = (id.join(", "), en.join(", "));
    both(&format!("{column} = {value}: {id}"), &en)
}

fn band(band: &[String]) -> String {
    if band.is_empty() {
        return String::new();
    }
    let items: String = band
        .iter()
        .map(|entry| format!("<li>{}</li>\n", escape(entry)))
        .collect();
    format!(
        "<p>{}</p>\n<ul class=\"close\">\n{items}</ul>\n",
        both(
            "Terlalu dekat dengan garis potong: urutannya hampir lemparan koin (peluang di bawah 60 %). Bahas, atau minta satu penilaian lagi.",
            "Too close to the cut: their order is nearly a coin toss (probability below 60 %). Deliberate, or ask for one more review.",
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swap(entry: &str, entered: bool) -> Swap {
        Swap {
            entry: entry.to_owned(),
            place: 7,
            entered,
            because: vec![Quota {
                column: "provinsi".to_owned(),
                value: "73".to_owned(),
                floor: 2,
                cap: Some(4),
            }],
        }
    }

    #[test]
    fn who_moved_is_named_with_the_quota_that_did_it_and_who_is_close_is_listed() {
        let swaps = [swap("<A>", true), swap("B", false)];
        let band = ["C".to_owned()];
        let page = cut(Some(&Cut {
            taken: &[],
            swaps: &swaps,
            band: &band,
        }));
        assert!(page.contains(
            "<tr><td>7</td><td>&lt;A&gt;</td><td class=\"text\">masuk <span class=\"en\">· in</span></td>\
             <td class=\"text\">provinsi = 73: paling sedikit 2, paling banyak 4 <span class=\"en\">· at least 2, at most 4</span></td></tr>"
        ), "{page}");
        assert!(
            page.contains(
                "<td>B</td><td class=\"text\">keluar <span class=\"en\">· out</span></td>"
            )
        );
        assert!(page.contains("<li>C</li>"));
    }

    #[test]
    fn a_clear_cut_without_quotas_has_no_section() {
        let clear = Cut {
            taken: &["A".to_owned()],
            swaps: &[],
            band: &[],
        };
        assert_eq!(cut(Some(&clear)), "");
        assert_eq!(cut(None), "");
    }
}
