//! Where the columns of a sheet are.

use std::collections::BTreeMap;

use super::columns::{
    CRITERION, ENTRY, JUDGE, Numbers, ORDER, SCORE, called, mark_columns, mended, number,
};

/// Columns that are named by whoever knows the sheet; the others are found by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The entries'.
    pub entry: Option<String>,
    /// The judges'.
    pub judge: Option<String>,
    /// The criteria's.
    pub criterion: Option<String>,
    /// The one that says when a judge scored.
    pub order: Option<String>,
    /// The marks': one, or several that are judges or, beside a column of judges, criteria.
    pub scores: Vec<String>,
}

/// What several columns of marks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    /// There is one: the rows say everything.
    No,
    /// A column per judge.
    Judges,
    /// A column per criterion.
    Criteria,
}

/// Where everything is.
#[derive(Debug)]
pub(super) struct Layout {
    /// The row that names the columns.
    pub(super) header: usize,
    pub(super) entry: usize,
    pub(super) judge: Option<usize>,
    pub(super) criterion: Option<usize>,
    pub(super) order: Option<usize>,
    pub(super) scores: Vec<usize>,
    pub(super) wide: Wide,
    /// Columns of numbers that were not taken for marks.
    pub(super) others: Vec<usize>,
}

/// A column that is needed and not there, and the row that should name it.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) header: usize,
    pub(super) column: String,
}

/// Titles and empty lines above the row that names the columns may be so many.
pub(super) const MOST_ABOVE: usize = 30;

/// Whether a row near the top of the table names a column of entries.
pub fn names_entries(table: &[Vec<String>]) -> bool {
    header_of(table, &Columns::default()).is_some()
}

fn header_of(table: &[Vec<String>], columns: &Columns) -> Option<(usize, usize)> {
    let entry_in = |header: &[String]| match &columns.entry {
        Some(name) => named(header, name),
        None => called(header, &ENTRY),
    };
    let mut rows = table.iter().enumerate().take(MOST_ABOVE);
    rows.find_map(|(row, cells)| Some((row, entry_in(cells)?)))
}

/// Finds the columns.
pub(super) fn find(table: &[Vec<String>], columns: &Columns) -> Result<Layout, Missing> {
    let Some((header, entry)) = header_of(table, columns) else {
        let filled = |row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
        return Err(Missing {
            header: table.iter().position(filled).unwrap_or(0),
            column: columns.entry.clone().unwrap_or_else(|| "entry".to_owned()),
        });
    };
    let names = &table[header];
    let missing = |column: &str| Missing {
        header,
        column: column.to_owned(),
    };
    let column = |name: &Option<String>, options: &[&str]| match name {
        Some(name) => named(names, name).map(Some).ok_or_else(|| missing(name)),
        None => Ok(called(names, options).filter(|column| *column != entry)),
    };
    let judge = column(&columns.judge, &JUDGE)?;
    let criterion = column(&columns.criterion, &CRITERION)?;
    let order = column(&columns.order, &ORDER)?;
    let Numbers { marks, others } = if columns.scores.is_empty() {
        let used = [Some(entry), judge, criterion, order];
        called(names, &SCORE).map_or_else(
            || mark_columns(names, &table[header + 1..], &used),
            |score| Numbers {
                marks: vec![score],
                others: Vec::new(),
            },
        )
    } else {
        let marks = columns
            .scores
            .iter()
            .map(|name| named(names, name).ok_or_else(|| missing(name)))
            .collect::<Result<_, _>>()?;
        Numbers {
            marks,
            others: Vec::new(),
        }
    };
    let by_name = columns.scores.len() == 1 || called(names, &SCORE).is_some();
    let wide = match (judge, criterion) {
        _ if by_name && marks.len() == 1 => Wide::No,
        (Some(_), Some(_)) if marks.len() == 1 => Wide::No,
        (Some(_), Some(_)) => return Err(missing("score")),
        (Some(_), None) => Wide::Criteria,
        (None, _) => Wide::Judges,
    };
    if marks.is_empty() {
        return Err(missing("score"));
    }
    Ok(Layout {
        header,
        entry,
        judge,
        criterion,
        order,
        scores: marks,
        wide,
        others,
    })
}

/// The column with this name, upper and lower case alike.
fn named(header: &[String], name: &str) -> Option<usize> {
    let wanted = mended(name).to_lowercase();
    header
        .iter()
        .position(|column| mended(column).to_lowercase() == wanted)
}

/// When the mark of each row was given: the column's numbers or, where one of its cells is a date that begins with the year, the
/// place of each among all of them.
pub(super) fn orders(body: &[Vec<String>], column: Option<usize>) -> Vec<Option<f64>> {
    let Some(column) = column else {
        return vec![None; body.len()];
    };
    let texts: Vec<&str> = body
        .iter()
        .map(|cells| cells.get(column).map_or("", |cell| cell.trim()))
        .collect();
    let is_date = |text: &&&str| {
        let year = text.split('-').next().unwrap_or_default();
        year.len() == 4 && year.len() < text.len() && year.bytes().all(|b| b.is_ascii_digit())
    };
    if texts.iter().all(|text| !is_date(&text)) {
        return texts.iter().map(|text| Some(number(text)?.0)).collect();
    }
    let mut places: BTreeMap<&str, f64> = texts.iter().filter(is_date).map(|t| (*t, 0.0)).collect();
    for (place, value) in places.values_mut().enumerate() {
        *value = place as f64;
    }
    texts.iter().map(|text| places.get(text).copied()).collect()
}
