//! An organiser has matches proposed: every eligible submission with its best-fitting challenges. Done
//! in steps of at most 500 matches, so that no transaction holds too much; calling again goes on.

use tokio::time::Instant;
use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::matching::v1 as pb;

use crate::domain::ids::{MatchId, parse_edition};
use crate::domain::matches::MatchState;
use crate::domain::proposing::{Offered, Seeking, propose};
use crate::domain::score::Likeness;
use crate::errors::Error;
use crate::metrics::PROPOSED;
use crate::store::{challenges, editions, matches, submissions};

/// Most matches that one call proposes.
const STEP: usize = 500;

/// Proposes what was not proposed yet.
///
/// # Errors
/// [`Error::Refused`] for anybody but the edition's organisers, or where the edition's rules are not
/// known here yet.
pub async fn propose_matches(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ProposeMatchesRequest,
) -> Result<pb::ProposeMatchesResponse, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "ProposeMatches",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let edition = parse_edition(&request.parent).map_err(Error::name("parent"))?;
    actor.require(&["chair", "organiser"], edition.as_str())?;
    let rules = editions::get(unit.conn(), &edition)
        .await?
        .ok_or_else(|| ApiError::not_found("edition", &request.parent))?;
    let seeking: Vec<_> = submissions::eligible(unit.conn(), &edition)
        .await?
        .into_iter()
        .map(|s| Seeking {
            id: s.id,
            region_code: s.region_code,
            issue_id: s.issue_id,
            chosen: s.chosen,
        })
        .collect();
    let offered: Vec<_> = challenges::all(unit.conn(), &edition)
        .await?
        .into_iter()
        .map(|c| Offered {
            id: c.id,
            region_code: c.region_code,
            issue_id: c.issue_id,
        })
        .collect();
    let known = matches::pairs(unit.conn(), &edition).await?;
    let most = usize::try_from(rules.proposals_per_submission).unwrap_or(usize::MAX);
    let started = Instant::now();
    let (mut found, unmatched) =
        propose(&seeking, &offered, &known, most, |_, _| Likeness::default());
    PROPOSED.took(started.elapsed(), []);
    let more = found.len() > STEP;
    found.truncate(STEP);

    let now = ledger.clock().business();
    let window = u64::try_from(rules.answer_window_seconds).unwrap_or(0);
    let answer_by = now
        .checked_add(std::time::Duration::from_secs(window))
        .unwrap_or(now);
    let new: Vec<_> = found
        .into_iter()
        .map(|p| matches::Kept {
            id: MatchId(ledger.ids().uuid()),
            submission: p.submission,
            challenge: p.challenge,
            region_code: p.region_code,
            score_micro: p.score_micro,
            reasons: p.reasons,
            state: MatchState::Proposed,
            answer_by: answer_by.as_offset(),
            proposed_at: now.as_offset(),
        })
        .collect();
    matches::insert(unit.conn(), &edition, &new).await?;
    for m in &new {
        unit.append(
            &m.id.to_string(),
            Some(edition.as_str()),
            &pb::MatchProposed {
                edition_id: edition.to_string(),
                match_id: m.id.to_string(),
                submission_id: m.submission.to_string(),
                challenge_id: m.challenge.to_string(),
                score_micro: m.score_micro,
            },
        )
        .await?;
    }
    let answer = pb::ProposeMatchesResponse {
        proposed_count: i32::try_from(new.len()).unwrap_or(i32::MAX),
        unmatched_submission_ids: unmatched.iter().map(ToString::to_string).collect(),
        more,
    };
    Ok(unit.finish_request(guard, answer).await?)
}
