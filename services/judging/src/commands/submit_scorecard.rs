//! A judge scores an entry. Scores are never changed: a correction stands beside them as the next version,
//! until the round closes.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::judge;
use crate::convert::{int, timestamp};
use crate::domain::ids::parse_entry;
use crate::domain::round::RoundError;
use crate::domain::scorecard::parse;
use crate::errors::Error;
use crate::store::{assignments, rounds, scorecards};

/// Records a scorecard.
///
/// # Errors
/// [`Error::Refused`] for an entry that is not the caller's, [`Error::Round`] outside the scoring window,
/// [`Error::Assignment`] before the declaration, [`Error::Scores`] with every problem.
pub async fn submit_scorecard(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::SubmitScorecardRequest,
) -> Result<pb::Scorecard, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "SubmitScorecard",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(scorecard) => return Ok(scorecard),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let wanted = request.scorecard.unwrap_or_default();
    let name = wanted
        .name
        .strip_suffix("/scorecard")
        .unwrap_or(&wanted.name);
    let (round, entry) = parse_entry(name).map_err(Error::name("scorecard.name"))?;
    let person = judge(actor, &round)?;
    rounds::hold_open(unit.conn(), &round).await?;
    let kept = assignments::lock_own(unit.conn(), &round, entry, person)
        .await?
        .ok_or_else(|| ApiError::not_found("entry", &wanted.name))?;
    let planned = rounds::get(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", round.name()))?;
    planned.state.takes_scores()?;
    let now = ledger.clock().business();
    let rules = &planned.frozen.rules;
    let early = rules
        .scoring_opens_at
        .is_some_and(|opens| now.as_offset() < opens);
    let late = rules
        .scoring_closes_at
        .is_some_and(|closes| now.truncate_to_millis().as_offset() > closes);
    if early || late {
        return Err(RoundError::NotOpen.into());
    }
    let state = kept.state.score()?;
    let rubric = rules.rubric(planned.frozen.edition_version)?;
    let (marks, comments) = parse(&rubric, &wanted.scores).map_err(Error::Scores)?;
    let version = scorecards::append(unit.conn(), kept.id, &marks, &comments, now).await?;
    assignments::set_state(unit.conn(), kept.id, state, None).await?;
    unit.append(
        &kept.id.to_string(),
        Some(round.edition()),
        &pb::ScorecardRecorded {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            assignment_id: kept.id.to_string(),
            version: int(version),
        },
    )
    .await?;
    let answer = pb::Scorecard {
        name: format!("{}/scorecard", round.entry_name(entry)),
        scores: wanted.scores,
        version: int(version),
        record_time: Some(timestamp(now)),
    };
    Ok(unit.finish_request(guard, answer).await?)
}
