//! Reading scores out of a table.

use std::collections::BTreeMap;

use super::cell_name;
use super::columns::{CRITERION, ENTRY, JUDGE, SCORE, is_blank, judge_columns, mended, number};
use super::problem::{Problem, ProblemKind};
use crate::decimal::Thousandths;

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
}

/// What a table holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// The marks, in the order of the sheet.
    pub rows: Vec<Row>,
    /// What to mend.
    pub problems: Vec<Problem>,
    /// Further columns of each entry, from its first row: name to text.
    pub extras: BTreeMap<String, BTreeMap<String, String>>,
    /// Columns whose name starts with `judge_` or `juri_`, of each judge, from its first row; without that
    /// beginning.
    pub judge_extras: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads scores from a table whose first row names the columns.
pub fn load(table: &[Vec<String>]) -> Loaded {
    let mut reader = Reader {
        loaded: Loaded::default(),
        seen: BTreeMap::new(),
    };
    let Some((header, body)) = table.split_first() else {
        reader.problem(
            0,
            0,
            ProblemKind::MissingColumn {
                column: "entry".to_owned(),
            },
        );
        return reader.loaded;
    };
    let names: Vec<String> = header
        .iter()
        .map(|name| mended(name).to_lowercase())
        .collect();
    let find = |options: &[&str]| {
        names
            .iter()
            .position(|name| options.contains(&name.as_str()))
    };
    let Some(entry) = find(&ENTRY) else {
        reader.problem(
            0,
            0,
            ProblemKind::MissingColumn {
                column: "entry".to_owned(),
            },
        );
        return reader.loaded;
    };
    let (judge, criterion) = (find(&JUDGE), find(&CRITERION));
    let score_columns: Vec<usize> = match find(&SCORE) {
        Some(score) => vec![score],
        None => judge_columns(header, body, &[Some(entry), judge, criterion]),
    };
    if score_columns.is_empty() {
        reader.problem(
            0,
            0,
            ProblemKind::MissingColumn {
                column: "score".to_owned(),
            },
        );
        return reader.loaded;
    }
    let wide = find(&SCORE).is_none();
    for (index, cells) in body.iter().enumerate() {
        let row = index + 1;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let entry_name = reader.name(row, entry, cells);
        if entry_name.is_empty() {
            reader.problem(row, entry, ProblemKind::NoEntry);
            continue;
        }
        let criterion_name = criterion.map_or_else(String::new, |at| reader.name(row, at, cells));
        let row_judge = judge.map_or_else(String::new, |at| reader.name(row, at, cells));
        for column in &score_columns {
            let judge_name = if wide {
                mended(&header[*column])
            } else {
                row_judge.clone()
            };
            let text = cells.get(*column).map_or("", String::as_str);
            reader.mark(
                row,
                *column,
                text,
                [&entry_name, &judge_name, &criterion_name],
            );
        }
        let used = [Some(entry), judge, criterion];
        let extra = header.iter().zip(cells).enumerate().filter(|(column, _)| {
            !used.contains(&Some(*column)) && !score_columns.contains(column)
        });
        for (_, (name, cell)) in extra {
            reader.keep(&entry_name, &row_judge, &mended(name), cell);
        }
    }
    reader.similar_names(table, entry);
    reader.loaded
}

struct Reader {
    loaded: Loaded,
    /// Where each (entry, judge, criterion) was first marked.
    seen: BTreeMap<[String; 3], String>,
}

impl Reader {
    fn problem(&mut self, row: usize, column: usize, kind: ProblemKind) {
        self.loaded.problems.push(Problem {
            cell: cell_name(row, column),
            kind,
        });
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
            if let Some(first) = self.seen.get(&key) {
                let first = first.clone();
                self.problem(row, column, ProblemKind::Duplicate { first });
                return;
            }
            self.seen.insert(key, cell.clone());
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
        columns.entry(name).or_insert_with(|| mended(cell));
    }

    /// Notes entries whose names differ only by case.
    fn similar_names(&mut self, table: &[Vec<String>], column: usize) {
        let mut spelled: BTreeMap<String, String> = BTreeMap::new();
        for (row, cells) in table.iter().enumerate().skip(1) {
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
mod tests {
    use super::*;
    use crate::sheet::parse;

    fn read(text: &str) -> Loaded {
        load(&parse(text).unwrap())
    }

    fn marks(loaded: &Loaded) -> Vec<(&str, &str, f64)> {
        loaded
            .rows
            .iter()
            .map(|row| (row.entry.as_str(), row.judge.as_str(), row.score))
            .collect()
    }

    #[test]
    fn long_rows_are_read_whatever_the_order_of_their_columns() {
        let loaded = read("score,Judge,ENTRY,city\n7.5,J1,A,Palu\n8,J2,A,Palu\n");
        assert_eq!(marks(&loaded), [("A", "J1", 7.5), ("A", "J2", 8.0)]);
        assert_eq!(loaded.extras["A"]["city"], "Palu");
        assert!(loaded.problems.is_empty());
    }

    #[test]
    fn a_wide_sheet_has_a_column_per_judge() {
        let loaded = read("Peserta;Kota;Ani;Budi\nA;Palu;7,5;-\nB;Poso;6;8\n");
        assert_eq!(
            marks(&loaded),
            [("A", "Ani", 7.5), ("B", "Ani", 6.0), ("B", "Budi", 8.0)]
        );
        let cells: Vec<&str> = loaded.problems.iter().map(|p| p.cell.as_str()).collect();
        assert_eq!(cells, ["C2", "D2"]);
    }

    #[test]
    fn a_messy_sheet_gets_a_list_of_problems_by_cell() {
        let loaded =
            read("entry,judge,score\n A ,J1,7\nA,J1,8\nB,J1,seven\nB,J2,\n,J1,3\na,J2,1e3\n");
        assert_eq!(marks(&loaded), [("A", "J1", 7.0), ("a", "J2", 1000.0)]);
        let problems: Vec<(&str, &ProblemKind)> = loaded
            .problems
            .iter()
            .map(|p| (p.cell.as_str(), &p.kind))
            .collect();
        assert_eq!(
            problems,
            [
                (
                    "A2",
                    &ProblemKind::StraySpaces {
                        name: "A".to_owned()
                    }
                ),
                (
                    "C3",
                    &ProblemKind::Duplicate {
                        first: "C2".to_owned()
                    }
                ),
                (
                    "C4",
                    &ProblemKind::NotANumber {
                        text: "seven".to_owned()
                    }
                ),
                ("C5", &ProblemKind::Blank),
                ("A6", &ProblemKind::NoEntry),
                (
                    "A7",
                    &ProblemKind::SimilarName {
                        other: "A".to_owned()
                    }
                ),
            ]
        );
    }

    #[test]
    fn a_table_without_the_columns_says_which_is_missing() {
        let missing = |text: &str| read(text).problems[0].kind.clone();
        assert_eq!(
            missing("x,y\n1,2\n"),
            ProblemKind::MissingColumn {
                column: "entry".to_owned()
            }
        );
        assert_eq!(
            missing("entry,y\nA,b\n"),
            ProblemKind::MissingColumn {
                column: "score".to_owned()
            }
        );
    }
}
