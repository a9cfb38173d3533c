//! What sheets people keep, and what becomes of them.

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
    let loaded = read("entry,judge,score\n A ,J1,7\nA,J1,8\nB,J1,seven\nB,J2,\n,J1,3\na,J2,1e3\n");
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
                    first: "C2".to_owned(),
                    differs: true,
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
fn titles_above_the_columns_do_not_shift_the_cells() {
    let loaded = read("Rekap nilai 2025\n\nNo;Nama Peserta;Kode Juri;Nilai\n1;A;J1;7\n2;A;J2;x\n");
    assert_eq!(marks(&loaded), [("A", "J1", 7.0)]);
    assert_eq!(loaded.problems[0].cell, "D5");
}

#[test]
fn beside_a_column_of_judges_columns_of_marks_are_criteria() {
    let loaded = read("entry,judge,impact,plan,total\nA,J1,7,6,13\nA,J2,8,,8\n");
    let rows: Vec<(&str, &str, f64)> = loaded
        .rows
        .iter()
        .map(|r| (r.judge.as_str(), r.criterion.as_str(), r.score))
        .collect();
    assert_eq!(
        rows,
        [
            ("J1", "impact", 7.0),
            ("J1", "plan", 6.0),
            ("J2", "impact", 8.0)
        ]
    );
    let total = ProblemKind::NotMarks {
        column: "total".to_owned(),
    };
    assert_eq!(
        loaded.problems[0],
        Problem {
            cell: "E1".to_owned(),
            kind: total
        }
    );
}

#[test]
fn a_word_among_numbers_does_not_cost_a_judge_the_whole_column() {
    let loaded = read("entry,Ani,Budi\nA,7,8\nB,late,6\nC,5,NaN\n");
    assert_eq!(loaded.rows.len(), 4);
    let cells: Vec<&str> = loaded.problems.iter().map(|p| p.cell.as_str()).collect();
    assert_eq!(cells, ["B3", "C4"]);
}

#[test]
fn where_judges_are_numbered_no_other_number_is_a_judge() {
    let loaded = read("entry,factor,J1,J2,official\nA,1.2,7,8,9.1\n");
    assert_eq!(marks(&loaded), [("A", "J1", 7.0), ("A", "J2", 8.0)]);
    assert_eq!(loaded.extras["A"]["factor"], "1.2");
    assert_eq!(loaded.problems.len(), 2);
}

#[test]
fn columns_can_be_named() {
    let columns = Columns {
        entry: Some("D".to_owned()),
        judge: Some("s".to_owned()),
        scores: vec!["y".to_owned()],
        ..Columns::default()
    };
    let table = parse("s,d,y,year\n1,a,5,2\n2,a,4,2\n").unwrap();
    assert_eq!(
        marks(&load_by(&table, &columns)),
        [("a", "1", 5.0), ("a", "2", 4.0)]
    );
    let absent = Columns {
        entry: Some("x".to_owned()),
        ..columns
    };
    let missing = ProblemKind::MissingColumn {
        column: "x".to_owned(),
    };
    assert_eq!(load_by(&table, &absent).problems[0].kind, missing);
}

#[test]
fn a_slip_of_the_finger_is_no_mark() {
    let loaded = read("entry,judge,score\nA,J1,7e30\nA,J2,7\nB,J1,inf\n");
    assert_eq!(marks(&loaded), [("A", "J2", 7.0)]);
    assert!(matches!(
        loaded.problems[0].kind,
        ProblemKind::TooLarge { .. }
    ));
    assert!(matches!(
        loaded.problems[1].kind,
        ProblemKind::NotANumber { .. }
    ));
}

#[test]
fn dates_say_in_which_order_marks_were_given() {
    let loaded = read("entry,judge,score,time\nA,J,1,2026-03-02\nB,J,1,2026-02-10\nC,J,1,\n");
    let orders: Vec<Option<f64>> = loaded.rows.iter().map(|row| row.order).collect();
    assert_eq!(orders, [Some(1.0), Some(0.0), None]);
}

#[test]
fn a_table_without_the_columns_says_which_is_missing() {
    let missing = |text: &str| read(text).problems[0].kind.clone();
    assert_eq!(missing("entry,judge,score\n"), ProblemKind::NoRows);
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
