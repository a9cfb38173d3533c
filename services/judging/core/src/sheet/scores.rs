//! Reading scores out of a table.

use std::collections::BTreeMap;

use super::cell_name;
use super::columns::{is_blank, mended, number};
use super::layout::{self, Columns, Layout, Wide};
use super::problem::{Problem, ProblemKind};
use crate::decimal::Thousandths;

/// No mark is larger: a number beyond is a slip, and would drown every other.
const LARGEST: f64 = 1e9;

/// How several criteria become one score where no rubric says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    /// Their mean: all criteria count alike, and one that was left out counts for nothing.
    Mean,
    /// Their sum.
    Sum,
}

/// One mark of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The entry's name, spaces mended.
    pub entry: String,
    /// The judge's name, spaces mended; empty where the sheet names none.
    pub judge: String,
    /// The criterion; empty where the sheet has none.
    pub criterion: String,
    /// The mark as a float.
    pub score: f64,
    /// The mark as an exact decimal, where it has at most three places.
    pub exact: Option<Thousandths>,
    /// Where it stands, such as `C7`.
    pub cell: String,
    /// When it was given in the judge's own sequence, where a column says it.
    pub order: Option<f64>,
}

/// What a table holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// The marks, in the order of the sheet.
    pub rows: Vec<Row>,
    /// What to mend.
    pub problems: Vec<Problem>,
    /// Further columns of each entry: name to text, of several the first in the alphabet.
    pub extras: BTreeMap<String, BTreeMap<String, String>>,
    /// Columns whose name starts with `judge_` or `juri_`, of each judge; without that
    /// beginning.
    pub judge_extras: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads scores from a table; titles may stand above the row that names its columns.
pub fn load(table: &[Vec<String>]) -> Loaded {
    load_by(table, &Columns::default())
}

/// The same, with columns that are named instead of found.
pub fn load_by(table: &[Vec<String>], columns: &Columns) -> Loaded {
    let mut reader = Reader {
        loaded: Loaded::default(),
        seen: BTreeMap::new(),
        order: None,
    };
    let layout = match layout::find(table, columns) {
        Ok(layout) => layout,
        Err(layout::Missing { header, column }) => {
            reader.problem(header, 0, ProblemKind::MissingColumn { column });
            return reader.loaded;
        }
    };
    let header = &table[layout.header];
    for column in &layout.others {
        let name = mended(&header[*column]);
        reader.problem(
            layout.header,
            *column,
            ProblemKind::NotMarks { column: name },
        );
    }
    let body = &table[layout.header + 1..];
    let orders = layout::orders(body, layout.order);
    for (index, (cells, order)) in body.iter().zip(orders).enumerate() {
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            reader.order = order;
            reader.row(layout.header + 1 + index, cells, header, &layout);
        }
    }
    if reader.loaded == Loaded::default() {
        reader.problem(layout.header, layout.entry, ProblemKind::NoRows);
    }
    reader.similar_names(table, &layout);
    reader.loaded
}

struct Reader {
    loaded: Loaded,
    /// Where each (entry, judge, criterion) was first marked, and how.
    seen: BTreeMap<[String; 3], (String, f64)>,
    /// When the marks of the row that is read were given.
    order: Option<f64>,
}

impl Reader {
    fn problem(&mut self, row: usize, column: usize, kind: ProblemKind) {
        self.loaded.problems.push(Problem {
            cell: cell_name(row, column),
            kind,
        });
    }

    /// Reads one row.
    fn row(&mut self, row: usize, cells: &[String], header: &[String], layout: &Layout) {
        let entry = self.name(row, layout.entry, cells);
        if entry.is_empty() {
            self.problem(row, layout.entry, ProblemKind::NoEntry);
            return;
        }
        let mut named =
            |at: Option<usize>| at.map_or_else(String::new, |at| self.name(row, at, cells));
        let (judge, criterion) = (named(layout.judge), named(layout.criterion));
        for column in &layout.scores {
            let title = mended(&header[*column]);
            let key = match layout.wide {
                Wide::No => [&entry, &judge, &criterion],
                Wide::Judges => [&entry, &title, &criterion],
                Wide::Criteria => [&entry, &judge, &title],
            };
            let text = cells.get(*column).map_or("", String::as_str);
            self.mark(row, *column, text, key);
        }
        let used = [Some(layout.entry), layout.judge, layout.criterion];
        let extra = header.iter().zip(cells).enumerate().filter(|(column, _)| {
            !used.contains(&Some(*column)) && !layout.scores.contains(column)
        });
        for (_, (name, cell)) in extra {
            self.keep(&entry, &judge, &mended(name), cell);
        }
    }

    fn name(&mut self, row: usize, column: usize, cells: &[String]) -> String {
        let text = cells.get(column).map_or("", String::as_str);
        let name = mended(text);
        if name != text && !name.is_empty() {
            self.problem(row, column, ProblemKind::StraySpaces { name: name.clone() });
        }
        name
    }

    fn mark(&mut self, row: usize, column: usize, text: &str, names: [&String; 3]) {
        let text = text.trim();
        if is_blank(text) {
            self.problem(row, column, ProblemKind::Blank);
            return;
        }
        let Some((score, plain, comma)) = number(text) else {
            self.problem(
                row,
                column,
                ProblemKind::NotANumber {
                    text: text.to_owned(),
                },
            );
            return;
        };
        if libm::fabs(score) > LARGEST {
            let text = text.to_owned();
            self.problem(row, column, ProblemKind::TooLarge { text });
            return;
        }
        if comma {
            self.problem(
                row,
                column,
                ProblemKind::DecimalComma {
                    text: text.to_owned(),
                },
            );
        }
        let cell = cell_name(row, column);
        let key = names.map(Clone::clone);
        // Without a judge's name, equal rows may come from different judges.
        if !names[1].is_empty() {
            if let Some((first, mark)) = self.seen.get(&key) {
                let (first, differs) = (first.clone(), mark.total_cmp(&score).is_ne());
                self.problem(row, column, ProblemKind::Duplicate { first, differs });
                return;
            }
            self.seen.insert(key, (cell.clone(), score));
        }
        let [entry, judge, criterion] = names.map(Clone::clone);
        let exact = plain.parse().ok();
        self.loaded.rows.push(Row {
            entry,
            judge,
            criterion,
            score,
            exact,
            cell,
            order: self.order,
        });
    }

    /// Keeps a further column, of the entry or of the judge.
    fn keep(&mut self, entry: &str, judge: &str, name: &str, cell: &str) {
        let of_judge = name
            .strip_prefix("judge_")
            .or_else(|| name.strip_prefix("juri_"));
        let columns = match of_judge {
            Some(_) => self
                .loaded
                .judge_extras
                .entry(judge.to_owned())
                .or_default(),
            None => self.loaded.extras.entry(entry.to_owned()).or_default(),
        };
        let name = of_judge.unwrap_or(name).to_owned();
        let cell = mended(cell);
        let kept = columns.entry(name).or_default();
        // Of texts that differ from row to row the first in the alphabet, so that the order of rows changes nothing.
        if !cell.is_empty() && (kept.is_empty() || cell < *kept) {
            *kept = cell;
        }
    }

    /// Notes entries whose names differ only by case.
    fn similar_names(&mut self, table: &[Vec<String>], layout: &Layout) {
        let column = layout.entry;
        let mut spelled: BTreeMap<String, String> = BTreeMap::new();
        for (row, cells) in table.iter().enumerate().skip(layout.header + 1) {
            let name = mended(cells.get(column).map_or("", String::as_str));
            if name.is_empty() {
                continue;
            }
            let other = spelled
                .entry(name.to_lowercase())
                .or_insert_with(|| name.clone())
                .clone();
            if other != name {
                self.problem(row, column, ProblemKind::SimilarName { other });
            }
        }
    }
}

#[cfg(test)]
mod tests;
