//! A panel in a sheet: which judge is to review which entry, a row a pair, before there is any mark.

use super::columns::{ENTRY, JUDGE, called, is_blank, mended};
use super::layout::MOST_ABOVE;

/// The (entry, judge) pairs below the first row that names a column of entries and one of judges; rows without one of the two are
/// left out, repeated pairs kept. `None` where no row near the top names both.
pub fn pairs(table: &[Vec<String>]) -> Option<Vec<(String, String)>> {
    let (header, entry, judge) = table
        .iter()
        .take(MOST_ABOVE)
        .enumerate()
        .find_map(|(row, cells)| Some((row, called(cells, &ENTRY)?, called(cells, &JUDGE)?)))?;
    let name = |cells: &[String], column: usize| {
        let text = mended(cells.get(column)?);
        (!is_blank(&text)).then_some(text)
    };
    let rows = table[header + 1..].iter();
    Some(
        rows.filter_map(|cells| Some((name(cells, entry)?, name(cells, judge)?)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::parse;

    #[test]
    fn pairs_are_found_below_a_title_whatever_the_columns_are_called() {
        let table =
            parse("Panel tahap 1\nNo,Nama Juri,Proposal\n1, Ana  Sari ,P1\n2,,P2\n3,Budi,P1\n")
                .unwrap();
        let pair = |entry: &str, judge: &str| (entry.to_owned(), judge.to_owned());
        assert_eq!(
            pairs(&table),
            Some(vec![pair("P1", "Ana Sari"), pair("P1", "Budi")])
        );
        assert_eq!(pairs(&parse("proposal,nilai\nP1,5\n").unwrap()), None);
    }
}
