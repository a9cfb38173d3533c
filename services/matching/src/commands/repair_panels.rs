//! What is learned late takes effect late: whoever must not hold a seat any more loses it, somebody
//! else takes it, and nobody is moved. Where nobody can take it, the organiser is told.

use std::collections::BTreeMap;

use winner_messaging::Unit;
use winner_proto::matching::v1 as pb;

use crate::domain::conflicts::forbidden;
use crate::domain::ids::{EditionId, PersonId, RoundKey, SubmissionId};
use crate::domain::judge::Judge;
use crate::domain::panel::{Candidate, Missing, Seat, manifest_hash, replacement};
use crate::domain::score::affinity;
use crate::errors::Error;
use crate::queries::known::known;
use crate::store::panels::{self, Kept, PanelState};
use crate::store::submissions::{self, SubmissionCopy};
use crate::store::{StoreError, judges, rounds};

/// Repairs every confirmed panel of an edition whose round is not closed.
///
/// # Errors
/// [`Error::Store`] and [`Error::Outbox`]; that a seat stays empty is no error.
pub(crate) async fn repair_panels(unit: &mut Unit, edition: &EditionId) -> Result<(), Error> {
    for round in panels::unclosed(unit.conn(), edition).await? {
        let round = round.parse().map_err(|_| StoreError::Corrupt {
            table: "panels",
            column: "round_id",
            found: round.clone(),
        })?;
        repair(
            unit,
            &RoundKey {
                edition: edition.clone(),
                round,
            },
        )
        .await?;
    }
    Ok(())
}

async fn repair(unit: &mut Unit, round: &RoundKey) -> Result<(), Error> {
    let Some(mut panel) = panels::lock(unit.conn(), round).await? else {
        return Ok(());
    };
    // Asked under the lock: a plan that is being confirmed was waited for, and one that will be is
    // checked by whoever confirms it.
    if panel.state != PanelState::Confirmed {
        return Ok(());
    }
    let Some(rules) = rounds::get(unit.conn(), round).await? else {
        return Ok(());
    };
    let mut seats = panels::seats(unit.conn(), round).await?;
    let entrants = submissions::eligible(unit.conn(), &round.edition).await?;
    let known = known(unit.conn(), &round.edition, &entrants).await?;
    let judges = judges::active(unit.conn(), &round.edition).await?;
    let persons: Vec<_> = judges
        .iter()
        .map(|j| j.person)
        .chain(seats.iter().map(|s| s.judge))
        .collect();
    let barred = forbidden(&known, &persons);
    let broken: Vec<_> = seats
        .iter()
        .filter(|s| {
            barred.contains_key(&(s.submission, s.judge))
                || !judges.iter().any(|j| j.person == s.judge)
        })
        .cloned()
        .collect();
    for gone in broken {
        let Some(entrant) = entrants.iter().find(|e| e.id == gone.submission) else {
            continue;
        };
        let candidates: Vec<_> = judges
            .iter()
            .map(|judge| candidate(judge, entrant, &seats, rules.max_load, &barred))
            .collect();
        let added = replacement(&seats, gone.submission, gone.judge, &candidates).cloned();
        seats.retain(|s| (s.submission, s.judge) != (gone.submission, gone.judge));
        panel.total_score_micro -= gone.score_micro;
        if let Some(added) = &added {
            panel.total_score_micro += added.score_micro;
            seats.push(Seat {
                judge: added.judge,
                score_micro: added.score_micro,
                ..gone
            });
            seats.sort();
        } else {
            note_missing(&mut panel.missing, gone.submission);
        }
        panel.version += 1;
        panel.manifest_hash = manifest_hash(&seats);
        announce(unit, round, &panel, &gone, added.map(|c| c.judge)).await?;
        panels::put(unit.conn(), round, &panel).await?;
        panels::set_seats(unit.conn(), round, &seats).await?;
    }
    Ok(())
}

fn candidate(
    judge: &Judge,
    entrant: &SubmissionCopy,
    seats: &[Seat],
    max_load: u32,
    barred: &BTreeMap<(SubmissionId, PersonId), crate::domain::conflicts::ConflictKind>,
) -> Candidate {
    let load = seats.iter().filter(|s| s.judge == judge.person).count();
    Candidate {
        judge: judge.person,
        score_micro: affinity(
            &judge.issues,
            &judge.regions,
            &entrant.issue_id,
            &entrant.region_code,
        ),
        load: u32::try_from(load).unwrap_or(u32::MAX),
        capacity: judge.capacity(max_load),
        forbidden: barred.contains_key(&(entrant.id, judge.person)),
    }
}

fn note_missing(missing: &mut Vec<Missing>, submission: SubmissionId) {
    match missing.iter_mut().find(|m| m.submission == submission.0) {
        Some(m) => m.judges += 1,
        None => missing.push(Missing {
            submission: submission.0,
            judges: 1,
        }),
    }
}

async fn announce(
    unit: &mut Unit,
    round: &RoundKey,
    panel: &Kept,
    gone: &Seat,
    added: Option<PersonId>,
) -> Result<(), Error> {
    let id = round.aggregate_id();
    let edition = round.edition.as_str();
    let panel_version = i32::try_from(panel.version).unwrap_or(i32::MAX);
    if let Some(added) = added {
        let event = pb::PanelJudgeReplaced {
            edition_id: edition.to_owned(),
            round_id: round.round.to_string(),
            panel_version,
            manifest_hash: panel.manifest_hash.clone(),
            submission_id: gone.submission.to_string(),
            submission_version: i32::try_from(gone.version).unwrap_or(i32::MAX),
            removed_person_id: gone.judge.to_string(),
            added_person_id: added.to_string(),
        };
        unit.append(&id, Some(edition), &event).await?;
    } else {
        let event = pb::PanelShort {
            edition_id: edition.to_owned(),
            round_id: round.round.to_string(),
            panel_version,
            manifest_hash: panel.manifest_hash.clone(),
            submission_id: gone.submission.to_string(),
            removed_person_id: gone.judge.to_string(),
        };
        unit.append(&id, Some(edition), &event).await?;
    }
    Ok(())
}
