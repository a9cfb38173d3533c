//! The whole cast's texts, held against each other.

use std::collections::BTreeSet;

use super::{containment, is_kota};
use crate::demo::cast::{Cast, Scale};

fn cast() -> Cast {
    let definition = crate::edition::parse(crate::demo::EXAMPLE).unwrap();
    Cast::new(&definition, Scale::FULL, 2027).unwrap()
}

#[test]
fn two_teams_share_less_than_a_tenth_of_their_runs_of_words_unless_one_copied() {
    let cast = cast();
    let shingles: Vec<_> = cast.teams.iter().map(|t| t.proposal.shingles()).collect();
    let copies: BTreeSet<_> = cast.copies.iter().map(|c| (c.original, c.copy)).collect();
    let mut most = 0.0_f64;
    for (b, later) in shingles.iter().enumerate() {
        for (a, earlier) in shingles.iter().enumerate().take(b) {
            let shared = containment(earlier, later);
            if copies.contains(&(a, b)) {
                assert!(shared > 0.5 && shared < 1.0, "copy {a} {b}: {shared}");
            } else {
                assert!(
                    shared < 0.1,
                    "{a} {b}: {shared}\n{:?}\n{:?}",
                    cast.teams[a].proposal,
                    cast.teams[b].proposal
                );
                most = most.max(shared);
            }
        }
    }
    assert_eq!(copies.len(), Scale::FULL.copies);
    assert!(most > 0.0, "texts of one issue share some words");
}

#[test]
fn every_title_is_its_own_and_every_challenge_too() {
    let cast = cast();
    let titles: BTreeSet<_> = cast.teams.iter().map(|t| &t.proposal.title).collect();
    assert_eq!(titles.len(), cast.teams.len());
    let problems: BTreeSet<_> = cast
        .governments
        .iter()
        .map(|g| (&g.problem.title, &g.problem.description))
        .collect();
    assert_eq!(problems.len(), cast.governments.len());
}

#[test]
fn no_blank_is_left_and_a_kota_has_no_desa() {
    for team in cast().teams {
        let proposal = &team.proposal;
        let text = format!(
            "{} {} {}",
            proposal.title, proposal.summary, proposal.impact
        );
        assert!(!text.contains(['{', '}']), "{text}");
        assert!(!(is_kota(team.region) && text.contains(" desa")), "{text}");
        assert!(proposal.summary.len() <= 2_000 && proposal.impact.len() <= 2_000);
    }
}
