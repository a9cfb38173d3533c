//! Instance folders broken at random, from a seed: read or refused with the
//! place, never a panic or a loop; what is read is assigned, and checked.

use crate::support::Dice;
use winner_matching_core::{Duals, Pair, Rules, assign, certify, format};

const JSON: &str = r#"{"papers":3,"reviewers":4,"demand":[2,1,2],"load_min":0,"load_max":[2,2,1,3],"edges":7,
"panel_rules":[{"at_least_one":[0,3]},{"at_most":1,"group":[0,0,1,null]},{"spread_micro":5000,"group":[2,2,null,1]}]}"#;
const CSV: &str = "paper,reviewer,score_micro\n0,0,500000\n0,1,250000\n0,3,-7\n1,1,123456\n1,2,9\n2,0,1000000\n2,3,4\n";
/// Numbers at and beyond the limits of what the fields hold.
const EXTREMES: [&str; 10] = [
    "-1",
    "0",
    "4294967295",
    "4294967296",
    "1000000000",
    "1000000001",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e999",
];

/// The text with one thing wrong with it.
fn broken(dice: &mut Dice, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = dice.below(bytes.len() as u64) as usize;
    match dice.below(5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << dice.below(7),
        2 => {
            let end = bytes[at..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
            let extreme = EXTREMES[dice.below(10) as usize].bytes();
            bytes.splice(at..at + end, extreme);
        }
        3 => {
            let lines: Vec<&str> = text.lines().collect();
            let line = lines[dice.below(lines.len() as u64) as usize];
            bytes.extend(line.bytes().chain(*b"\n"));
        }
        _ => {
            bytes.remove(at);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_broken_folder_is_refused_with_the_place_or_assigned() {
    let mut dice = Dice(71);
    let (mut read, mut named) = (0, 0);
    for round in 0..20_000 {
        let (mut json, mut csv) = (JSON.to_owned(), CSV.to_owned());
        for _ in 0..=dice.below(2) {
            if dice.below(2) == 0 && !json.is_empty() {
                json = broken(&mut dice, &json);
            } else if !csv.is_empty() {
                csv = broken(&mut dice, &csv);
            }
        }
        match format::read_instance(&json, &csv) {
            Ok(instance) => {
                read += 1;
                if instance.papers() + instance.judges() > 1_000 {
                    continue; // a number of papers that the flipped digit made large
                }
                let found = assign(&instance, &Rules::default()).unwrap();
                assert!(found.certificate.gap() >= 0, "round {round}: {json}");
                // A claim about the same folder, broken too.
                let wild = |dice: &mut Dice| EXTREMES[dice.below(8) as usize].parse().unwrap();
                let mut claim = found.pairs.clone();
                claim.push(Pair {
                    paper: dice.below(5) as u32,
                    judge: dice.below(1 << 32) as u32,
                });
                let mut duals = found.duals.clone();
                if let Some(price) = duals.judge.last_mut() {
                    *price = wild(&mut dice);
                }
                if let Some(price) = duals.paper.first_mut() {
                    *price = wild(&mut dice);
                }
                if let Ok(more) = certify(&instance, &Rules::default(), &claim, &found.duals) {
                    assert!(more.gap() >= 0, "round {round}: {json} {csv}");
                }
                let checked = certify(&instance, &Rules::default(), &found.pairs, &duals).unwrap();
                assert!(
                    checked.gap() >= 0,
                    "no prices prove too little: {json} {csv}"
                );
                let short = Duals {
                    paper: vec![],
                    ..duals
                };
                assert!(
                    instance.papers() == 0
                        || certify(&instance, &Rules::default(), &found.pairs, &short).is_err()
                );
            }
            Err(error) => {
                let text = error.to_string();
                assert!(
                    text.starts_with("instance.json") || text.starts_with("edges.csv"),
                    "{text}"
                );
                named += u32::from(text.contains("line "));
            }
        }
    }
    println!("{read} read, {named} refused with the line");
    assert!(read > 500 && named > 8_000, "{read}, {named}");
}
