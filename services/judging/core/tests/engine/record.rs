//! The record against the vectors of RFC 6962 and against every change of a byte.

use proptest::prelude::*;
use serde_json::Value;
use winner_judging_core::canonical::Digest;
use winner_judging_core::record::merkle::{Tree, includes, is_consistent, leaf_hash};
use winner_judging_core::record::{Bundle, Receipt, SignedCheckpoint, SigningKey, VerifyingKey};
use winner_judging_core::verify::verify;
use winner_judging_core::*;

use crate::support::*;

fn digests(list: &Value) -> Vec<Digest> {
    serde_json::from_value(list.clone()).unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn the_tree_has_the_roots_and_proofs_of_the_vectors() {
    let Some(vectors) = read_json("reference/merkle_rfc6962_vectors.json") else {
        return;
    };
    let leaves: Vec<Vec<u8>> = vectors["leaves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leaf| hex::decode(leaf.as_str().unwrap()).unwrap())
        .collect();
    let tree = Tree::of(&leaves);
    for (size, root) in digests(&vectors["roots"]).into_iter().enumerate() {
        assert_eq!(tree.root_at(size), Some(root));
    }
    let big = Tree::of((0..1000).map(|i| format!("event-{i}")));
    for (size, root) in vectors["big_roots"].as_object().unwrap() {
        let root: Digest = serde_json::from_value(root.clone()).unwrap();
        assert_eq!(big.root_at(size.parse().unwrap()), Some(root));
    }
    let inclusion = vectors["inclusion"].as_array().unwrap();
    assert_eq!(inclusion.len(), 36);
    for vector in inclusion {
        let (index, size) = (number(&vector["index"]), number(&vector["size"]));
        let proof = digests(&vector["proof"]);
        assert_eq!(tree.inclusion(index, size).unwrap(), proof);
        let (leaf, root) = (leaf_hash(&leaves[index]), tree.root_at(size).unwrap());
        assert!(includes(leaf, index, size, &proof, root));
        for wrong in (0..9).filter(|wrong| *wrong != index) {
            assert!(
                !includes(leaf, wrong, size, &proof, root),
                "index {wrong} of {size}"
            );
        }
    }
    let consistency = vectors["consistency"].as_array().unwrap();
    assert_eq!(consistency.len(), 36);
    for vector in consistency {
        let keys = ["old", "first", "m", "size1"];
        let old = keys.iter().find_map(|key| vector.get(*key)).unwrap();
        let new = ["new", "second", "n", "size2"]
            .iter()
            .find_map(|key| vector.get(*key))
            .unwrap();
        let (old, new) = (number(old), number(new));
        let proof = digests(&vector["proof"]);
        assert_eq!(tree.consistency(old, new).unwrap(), proof);
        let at = |size| (size, tree.root_at(size).unwrap());
        assert!(is_consistent(at(old), at(new), &proof));
        if old != new {
            assert!(!is_consistent(
                (old, tree.root_at(new).unwrap()),
                at(new),
                &proof
            ));
        }
    }
}

proptest! {
    #[test]
    fn every_proof_of_every_size_verifies(size in 1usize..200, pick in any::<u32>(), old in any::<u32>()) {
        let tree = Tree::of((0..size).map(|i| format!("event-{i}")));
        let index = pick as usize % size;
        let proof = tree.inclusion(index, size).unwrap();
        let leaf = leaf_hash(format!("event-{index}").as_bytes());
        prop_assert!(includes(leaf, index, size, &proof, tree.root()));
        prop_assert!(!includes(leaf_hash(b"other"), index, size, &proof, tree.root()));
        let old = 1 + old as usize % size;
        let proof = tree.consistency(old, size).unwrap();
        prop_assert!(is_consistent((old, tree.root_at(old).unwrap()), (size, tree.root()), &proof));
        prop_assert!(!is_consistent((old, leaf_hash(b"x")), (size, tree.root()), &proof));
    }
}

/// A round with every kind of event, ranked by `aggregator`.
fn a_round(aggregator: Aggregator, entries: usize) -> RankingInput {
    let mut rule = draft(vec![
        criterion("impact", 600_000),
        criterion("plan", 400_000),
    ]);
    rule.aggregator = aggregator;
    rule.rounding.result = Places::TWO;
    rule.min_reviews = 2;
    rule.ties = vec![
        TieBreak::Criterion {
            id: "impact".into(),
        },
        TieBreak::HeadToHead,
        TieBreak::LowerSpread,
        TieBreak::MoreReviews,
        TieBreak::SeededDraw,
    ];
    let mut input = round(rule, &[]);
    input.entries = (0..entries)
        .map(|entry| EntryId::new(format!("E{entry:03}")))
        .collect();
    for entry in 0..entries {
        for review in 0..4 {
            let judge = (entry * 3 + review * 5 + entry / 7) % 11;
            let noise = (entry * 31 + review * 17 + judge * 7) % 9;
            let merit = 500 * ((entry * 7) % 8 + noise % 4) + 250 * (judge % 3);
            let mark = 3000 + i64::try_from(merit).unwrap();
            let plan = if noise == 8 { None } else { Some(mark - 1000) };
            input.scorecards.push(card(
                &format!("E{entry:03}"),
                &format!("J{judge:02}"),
                &[("impact", Some(mark)), ("plan", plan)],
            ));
        }
    }
    input
        .scorecards
        .sort_by(|a, b| (&a.entry, &a.judge).cmp(&(&b.entry, &b.judge)));
    input
        .scorecards
        .dedup_by(|a, b| (&a.entry, &a.judge) == (&b.entry, &b.judge));
    let gone: Vec<Exclusion> = input
        .scorecards
        .iter()
        .filter(|card| card.entry.as_str() == "E003")
        .skip(1)
        .map(|card| Exclusion {
            entry: card.entry.clone(),
            judge: card.judge.clone(),
            reason: ExclusionReason::Conflict,
        })
        .collect();
    input.exclusions = gone;
    input
}

fn keys() -> (SigningKey, SigningKey) {
    let log = SigningKey::from_seed("winner.example/2026/desk", &[1; 32]).unwrap();
    (
        log,
        SigningKey::from_seed("university.example", &[2; 32]).unwrap(),
    )
}

fn bundle(aggregator: Aggregator, entries: usize) -> String {
    let (log, witness) = keys();
    let round = a_round(aggregator, entries);
    let mut bundle = Bundle::of_round(&round, &log, &[witness.witness_key()]).unwrap();
    witness.cosign(&mut bundle.checkpoint, 1_790_000_000);
    bundle.to_text().unwrap()
}

#[test]
fn bundles_of_every_aggregator_verify() {
    for aggregator in [
        Aggregator::Mean,
        Aggregator::Median,
        Aggregator::TrimmedMean { drop: 1 },
        Aggregator::ZScore,
        Aggregator::Additive,
        Aggregator::Reml { top: Some(10) },
    ] {
        let verdict = verify(bundle(aggregator, 40).as_bytes(), &[])
            .unwrap_or_else(|error| panic!("{aggregator:?}: {error}"));
        assert_eq!(verdict.ranked, 39, "{aggregator:?}");
        assert_eq!(verdict.witnesses, ["university.example"]);
    }
}

#[test]
fn any_flipped_bit_of_a_bundle_is_noticed() {
    let text = bundle(Aggregator::Reml { top: Some(3) }, 6);
    assert!(verify(text.as_bytes(), &[]).is_ok());
    let mut bytes = text.clone().into_bytes();
    for at in 0..bytes.len() {
        bytes[at] ^= 1 << (at % 8);
        assert!(verify(&bytes, &[]).is_err(), "byte {at} of {}", text.len());
        bytes[at] = text.as_bytes()[at];
    }
    for cut in [0, 1, text.len() / 2, text.len() - 1] {
        assert!(verify(&text.as_bytes()[..cut], &[]).is_err());
    }
    assert!(verify(format!("{text}\n").as_bytes(), &[]).is_err());
}

#[test]
fn a_result_that_the_organiser_signed_but_did_not_compute_is_refused() {
    use winner_judging_core::record::{Checkpoint, Event, bundle::tree};
    let (log, _) = keys();
    let honest = Bundle::of_round(&a_round(Aggregator::Reml { top: None }, 30), &log, &[]).unwrap();
    let resigned = |change: &dyn Fn(&mut Event)| {
        let mut forged = honest.clone();
        change(forged.events.last_mut().unwrap());
        if let Some(Event::ResultComputed { ranking, .. }) = forged.events.last_mut() {
            ranking.ranking_hash = winner_judging_core::ranking::ranking_hash(
                &ranking.rows,
                &ranking.unranked,
                ranking.refusal.as_ref(),
            )
            .unwrap();
        }
        let root = tree(&forged.events).unwrap().root();
        let size = forged.events.len() as u64;
        let origin = log.log_key().name().to_owned();
        forged.checkpoint = log.sign(Checkpoint { origin, size, root });
        verify(forged.to_text().unwrap().as_bytes(), &[])
    };
    assert!(resigned(&|_| {}).is_ok());
    let forgeries: [Forgery<'_>; 7] = [
        ("a raw score", &|event| {
            rows(event, |rows| rows[3].raw.0 += 10);
        }),
        ("a score", &|event| {
            rows(event, |rows| rows[3].score.0 -= 10);
        }),
        ("two ranks", &|event| {
            rows(event, |rows| {
                let rank = rows[0].rank;
                rows[0].rank = rows[1].rank;
                rows[1].rank = rank;
            });
        }),
        ("a missing entry", &|event| {
            rows(event, |rows| drop(rows.pop()));
        }),
        ("a standard error", &|event| {
            rows(event, |rows| {
                rows[0].corrected.as_mut().unwrap().standard_error.0 += 5;
            });
        }),
        ("the judges' variance", &|event| {
            if let Event::ResultComputed {
                model: Some(model), ..
            } = event
            {
                model.var_judge *= 1.0001;
            }
        }),
        ("an effect", &|event| {
            if let Event::ResultComputed {
                model: Some(model), ..
            } = event
            {
                *model.entries.values_mut().next().unwrap() += 1e-6;
            }
        }),
    ];
    for (what, forge) in forgeries {
        assert!(
            resigned(forge).is_err(),
            "{what} was changed and nobody noticed"
        );
    }
}

/// What is changed, and how.
type Forgery<'a> = (&'a str, &'a dyn Fn(&mut record::Event));

fn rows(event: &mut winner_judging_core::record::Event, change: impl FnOnce(&mut Vec<Row>)) {
    if let winner_judging_core::record::Event::ResultComputed { ranking, .. } = event {
        change(&mut ranking.rows);
    }
}

#[test]
fn a_receipt_proves_one_event_and_no_other() {
    let (log, _) = keys();
    let bundle = Bundle::of_round(&a_round(Aggregator::Mean, 20), &log, &[]).unwrap();
    let tree = record::bundle::tree(&bundle.events).unwrap();
    let receipt = Receipt::of(&tree, 30, &bundle.checkpoint).unwrap();
    let event = |index: usize| canonical::to_bytes(&bundle.events[index]).unwrap();
    assert!(receipt.verify(&event(30), &[log.log_key()]).is_ok());
    assert!(receipt.verify(&event(31), &[log.log_key()]).is_err());
    assert!(
        receipt.verify(&event(30), &[]).is_err(),
        "an unknown key proves nothing"
    );
}

#[test]
fn keys_and_notes_have_one_form_only() {
    let (log, witness) = keys();
    for key in [log.log_key(), witness.witness_key()] {
        assert_eq!(VerifyingKey::parse(&key.to_text()).unwrap(), key);
    }
    let text = bundle(Aggregator::Mean, 5);
    let note = &text[..text.find("\n{").unwrap()];
    let signed = SignedCheckpoint::parse(note).unwrap();
    assert_eq!(signed.to_text(), note);
    assert!(
        signed
            .verify(&[log.log_key(), witness.witness_key()])
            .is_ok()
    );
    assert!(
        signed.verify(&[log.log_key()]).is_err(),
        "the witness is not known"
    );
    assert!(SignedCheckpoint::parse(&note.replace("\n\n", "\nmore\n\n")).is_err());
}

/// The example key of the C2SP signed-note specification.
#[test]
fn a_key_of_the_specification_is_read() {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key = VerifyingKey::parse(text).unwrap();
    assert_eq!(
        (key.is_log(), key.name(), key.to_text().as_str()),
        (true, "PeterNeumann", text)
    );
}

proptest! {
    #[test]
    fn no_bytes_make_the_verifier_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify(&bytes, &[]).is_err());
    }
}

#[test]
fn a_person_is_erased_and_the_record_stays_as_it_was() {
    use winner_judging_core::record::commitment::{Commitment, Salt, SubjectKey};
    let (key, salt) = (SubjectKey::new([7; 32]), Salt([9; 16]));
    let commitment = Commitment::to(&key, salt, "name", "Ibu Sari".as_bytes());
    let (log, _) = keys();
    let mut round = a_round(Aggregator::Mean, 20);
    // The judge is known to the record by the commitment alone.
    let pseudonym = JudgeId::new(commitment.0.to_string());
    for card in &mut round.scorecards {
        if card.judge.as_str() == "J00" {
            card.judge = pseudonym.clone();
        }
    }
    let text = Bundle::of_round(&round, &log, &[])
        .unwrap()
        .to_text()
        .unwrap();
    assert!(!text.contains("Sari") && text.contains(pseudonym.as_str()));
    assert!(commitment.opens(&key, salt, "name", "Ibu Sari".as_bytes()));
    // The key is destroyed: nobody can tie the name to the pseudonym, not even by trying names, and the record still holds.
    let guess = SubjectKey::new([0; 32]);
    assert!(!commitment.opens(&guess, salt, "name", "Ibu Sari".as_bytes()));
    assert!(verify(text.as_bytes(), &[log.log_key()]).is_ok());
}
