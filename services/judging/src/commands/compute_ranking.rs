//! An organiser has a closed round ranked. Computing again gives the same bytes, or, if anything differs,
//! a new version in place of the one before.

use tokio::time::Instant;
use winner_messaging::{Begun, Ledger};
use winner_platform::auth::Actor;
use winner_platform::error::ApiError;
use winner_proto::judging::v1 as pb;

use super::organisers;
use crate::convert::{int, shown_ranking};
use crate::domain::ids::RoundKey;
use crate::domain::ranking::{Review, rank};
use crate::errors::Error;
use crate::metrics::{self, RANKED};
use crate::store::{assignments, rankings, rounds, scorecards};

/// Computes a ranking.
///
/// # Errors
/// [`Error::Round`] while the round is not closed.
pub async fn compute_ranking(
    ledger: &Ledger,
    actor: &Actor,
    request: pb::ComputeRankingRequest,
) -> Result<pb::Ranking, Error> {
    let (mut unit, guard) = match ledger
        .begin_request(
            &actor.key(),
            "ComputeRanking",
            &request.request_id,
            &request,
        )
        .await?
    {
        Begun::Answered(ranking) => return Ok(ranking),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let round = RoundKey::parse(&request.round).map_err(Error::name("round"))?;
    organisers(actor, &round)?;
    let kept = rounds::lock(unit.conn(), &round)
        .await?
        .ok_or_else(|| ApiError::not_found("round", &request.round))?;
    kept.state.may_be_ranked()?;
    let mut marks = scorecards::newest(unit.conn(), &round).await?;
    let reviews: Vec<_> = assignments::of_round(unit.conn(), &round)
        .await?
        .into_iter()
        .filter(|a| !a.calibration)
        .map(|a| Review {
            submission: a.submission,
            judge: a.judge,
            state: a.state,
            marks: marks.remove(&a.id),
        })
        .collect();
    let rubric = kept.frozen.rules.rubric(kept.frozen.edition_version)?;
    let seed = kept.seed;
    let started = Instant::now();
    let computed = tokio::task::spawn_blocking(move || rank(rubric, &reviews, seed)).await?;
    RANKED.took(started.elapsed(), [metrics::outcome(&computed).into()]);
    let computed = computed?;
    let version = rankings::append(
        unit.conn(),
        &round,
        &computed,
        kept.frozen.edition_version,
        kept.frozen.rules.approvals,
        ledger.clock().business(),
    )
    .await?;
    unit.append(
        &round.aggregate_id(),
        Some(round.edition()),
        &pb::RankingComputed {
            edition_id: round.edition().to_owned(),
            round_id: round.round().to_owned(),
            ranking_version: int(version),
            inputs_hash: computed.inputs_hash,
            ranking_hash: computed.ranking_hash,
            entry_count: i32::try_from(computed.rows.len()).unwrap_or(i32::MAX),
        },
    )
    .await?;
    let ranking = rankings::get(unit.conn(), &round, Some(version))
        .await?
        .ok_or_else(|| ApiError::not_found("ranking", round.ranking_name(version)))?;
    Ok(unit
        .finish_request(guard, shown_ranking(&round, ranking))
        .await?)
}
