//! An official says yes or no to a match of their own government.

use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::convert::{match_state, shown_match};
use crate::domain::ids::parse_match;
use crate::domain::matches::answer;
use crate::errors::Error;
use crate::store::matches;

/// Answers a match.
///
/// # Errors
/// [`Error::Refused`] for officials of other governments, who do not even learn that the match exists;
/// [`Error::Answer`] when it was answered before or the window has run out.
pub async fn answer_match(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::AnswerMatchRequest,
) -> Result<pb::Match, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(&actor.key(), "AnswerMatch", &request.request_id, &request)
        .await?
    {
        Begun::Answered(answered) => return Ok(answered),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let (edition, id) = parse_match(&request.name).map_err(Error::name("name"))?;
    let kept = matches::lock(unit.conn(), &edition, id)
        .await?
        .filter(|kept| actor.holds_scope("official", edition.as_str(), &kept.region_code))
        .ok_or_else(|| ApiError::not_found("match", &request.name))?;
    let in_time = ledger.clock().business().as_offset() <= kept.answer_by;
    let state = answer(kept.state, request.accept, in_time)?;
    matches::set_state(unit.conn(), id, state).await?;
    unit.append(
        &id.to_string(),
        Some(edition.as_str()),
        &pb::MatchAnswered {
            edition_id: edition.to_string(),
            match_id: id.to_string(),
            submission_id: kept.submission.to_string(),
            challenge_id: kept.challenge.to_string(),
            state: match_state(state).into(),
        },
    )
    .await?;
    Ok(unit
        .finish_request(
            guard,
            shown_match(&edition, matches::Kept { state, ..kept }),
        )
        .await?)
}
