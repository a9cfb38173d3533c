//! Scores in a spreadsheet, as people really keep them.
//!
//! A table is rows of texts, whichever file it came from. It is read as long rows (`entry, judge, score`,
//! optionally `criterion`) or as a wide sheet with a column per judge or, beside a column of judges, per
//! criterion; what does not fit is listed cell by cell, so that the owner of the sheet can mend it.

mod columns;
pub mod csv;
pub mod encoding;
pub mod layout;
mod pairs;
pub mod problem;
pub mod scores;

pub use csv::{CsvError, parse};
pub use encoding::decode;
pub use layout::{Columns, names_entries};
pub use pairs::pairs;
pub use problem::{Problem, ProblemKind};
pub use scores::{Combine, Loaded, Row, load, load_by};

/// A cell's name as spreadsheets print it: column letters and row number, both from 1.
pub fn cell_name(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", letters.into_iter().collect::<String>(), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(9, 25), "Z10");
        assert_eq!(cell_name(9, 26), "AA10");
        assert_eq!(cell_name(0, 701), "ZZ1");
        assert_eq!(cell_name(0, 702), "AAA1");
    }
}
