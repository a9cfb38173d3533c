//! The sheet that `winner rank` reads: what is read is ranked, and every number of it is a number.
#![no_main]

use libfuzzer_sys::fuzz_target;
use winner_judging_core::table::Table;
use winner_judging_core::{Seed, model, sheet};

fuzz_target!(|bytes: &[u8]| {
    let Ok(cells) = sheet::parse(&sheet::decode(bytes).text) else {
        return;
    };
    let loaded = sheet::load(&cells);
    assert!(
        loaded
            .rows
            .iter()
            .all(|row| row.score.is_finite() && !row.entry.is_empty())
    );
    let table = Table::of(&loaded, sheet::Combine::Mean);
    if table.entries.len() > 64 || table.judges.len() > 64 {
        return;
    }
    let model = model::Model::fitted(table.entries, table.judges, table.scores, None);
    let standings = model.standings(None, &Seed([0; 32]));
    assert!(
        standings
            .iter()
            .all(|standing| standing.merit.is_finite() && standing.sd.is_finite())
    );
});
