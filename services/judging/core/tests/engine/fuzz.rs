//! Damaged files: no sheet and no record, however broken, may do more than be refused.
//!
//! Sound files from a small corpus, broken again and again at random places, the same in every run. `tests/checks/fuzz` looks further,
//! guided by coverage.

use winner_judging_core::draws::{Key, Stream};
use winner_judging_core::record::{Bundle, SigningKey};
use winner_judging_core::table::Table;
use winner_judging_core::verify::{growth, verify};
use winner_judging_core::*;

use crate::support::*;

const SHEETS: [&str; 5] = [
    "entry,judge,score\nA,J1,7.5\nA,J2,6\nB,J1,8\nB,J2,5\nC,J1,4\nC,J2,9\n",
    "Rekap\n\nNo;Nama Peserta;Kota;Ani;Budi\n1;A;Palu;7,5;-\n2;B;Poso;6;8\n3;C;\"Ba;lu\";5;4\n",
    "sep=;\nentry;judge;criterion;score;time\nA;J1;x;1;2026-01-02\nA;J2;x;2;2026-01-03\nB;J1;x;3;\n",
    "entry\tjudge\timpact\tplan\nA\tJ1\t1\t2\nB\tJ1\t3\t\"4\"\nB\tJ2\t3\t4\nA\tJ2\t0\t1e3\n",
    "entry,score\nA,1\nA,2\nB,3\n",
];

/// Pieces that break readers.
const PIECES: [&str; 16] = [
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\u{feff}",
    "\0",
    "1e999",
    "-",
    "NaN",
    "\u{2014} ",
    "{",
    "0",
    "9999999999999999999",
];

/// Breaks a file: bytes changed, taken out, repeated, or a piece put in.
fn broken(file: &[u8], stream: &mut Stream) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=stream.below(4) {
        let at = stream.below(bytes.len().max(1));
        let upto = (at + stream.below(12)).min(bytes.len());
        match stream.below(5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << stream.below(8),
            1 => drop(bytes.drain(at.min(upto)..upto)),
            2 => {
                let again = bytes[at.min(upto)..upto].to_vec();
                bytes.splice(at.min(upto)..at.min(upto), again);
            }
            3 => bytes.truncate(upto),
            _ => {
                let piece = PIECES[stream.below(PIECES.len())].bytes();
                let at = at.min(bytes.len());
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

#[test]
fn no_broken_sheet_makes_the_reader_or_the_model_panic() {
    let mut stream = Key::new(&Seed([11; 32]), "sheets").stream(0);
    let mut read = 0;
    for round in 0..1500 {
        let bytes = broken(SHEETS[round % SHEETS.len()].as_bytes(), &mut stream);
        let Ok(cells) = sheet::parse(&sheet::decode(&bytes).text) else {
            continue;
        };
        let loaded = sheet::load(&cells);
        assert!(
            loaded
                .rows
                .iter()
                .all(|row| row.score.is_finite() && !row.entry.is_empty())
        );
        let table = Table::of(&loaded, sheet::Combine::Mean);
        let model = model::Model::fitted(
            table.entries.clone(),
            table.judges.clone(),
            table.scores.clone(),
            None,
        );
        let standings = model.standings(None, &Seed([0; 32]));
        assert!(
            standings
                .iter()
                .all(|standing| standing.merit.is_finite() && standing.sd.is_finite())
        );
        read += usize::from(!loaded.rows.is_empty());
    }
    assert!(
        read > 500,
        "only {read} of 1500 were read: too broken to tell anything"
    );
}

#[test]
fn no_broken_record_verifies_or_makes_the_verifier_panic() {
    let rows: Vec<(String, String, i64)> = (0..24)
        .map(|k| {
            (
                format!("E{}", k / 4),
                format!("J{}", (k + k / 4) % 5),
                1000 * ((k * 7) % 9),
            )
        })
        .collect();
    let rows: Vec<(&str, &str, i64)> = rows
        .iter()
        .map(|(e, j, s)| (e.as_str(), j.as_str(), *s))
        .collect();
    let mut rule = plain();
    rule.aggregator = Aggregator::Reml { top: Some(2) };
    let key = SigningKey::from_seed("winner.example/fuzz", &[1; 32]).unwrap();
    let record = Bundle::of_round(&round(rule, &rows), &key, &[]).unwrap();
    let record = record.to_text().unwrap();
    assert!(verify(record.as_bytes(), &[]).is_ok());
    let mut stream = Key::new(&Seed([12; 32]), "records").stream(0);
    for _ in 0..1500 {
        let bytes = broken(record.as_bytes(), &mut stream);
        if bytes != record.as_bytes() {
            assert!(verify(&bytes, &[]).is_err());
            // As an earlier record it may pass only where its checkpoint is untouched.
            let _outcome = growth(record.as_bytes(), &String::from_utf8_lossy(&bytes), &[]);
        }
    }
}
