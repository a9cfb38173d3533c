//! Matches are proposed with their reasons, and each government answers for its own challenges.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use tokio::time::Instant;
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::match_service_client::MatchServiceClient;

use super::edition;
use crate::demo::Stage;
use crate::demo::api::Session;
use crate::demo::cast::Government;
use crate::demo::told::Told;
use crate::demo::waiting::{each, until};

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let began = Instant::now();
    let unmatched = propose(stage, told.counts.eligible).await?;
    let governments = &stage.cast.governments;
    let bar = stage.progress.bar("governments answer", governments.len());
    let answered = each(bar, governments.iter().map(|g| answer(stage, g))).await?;
    told.matches = answered.into_iter().flatten().collect();
    let accepted = |m: &&pb::Match| m.state() == pb::MatchState::Accepted;
    let matched: BTreeSet<_> = told.matches.iter().map(|m| &m.submission_id).collect();
    let line = format!(
        "{} matches proposed for {} submissions ({unmatched} fit no challenge), {} accepted",
        told.matches.len(),
        matched.len(),
        told.matches.iter().filter(accepted).count(),
    );
    told.counts.matches_proposed = told.matches.len();
    told.counts.matches_accepted = told.matches.iter().filter(accepted).count();
    let count = told.matches.len();
    told.step(stage, began, "matches answered", count, line);
    Ok(())
}

/// Matching hears of the outcomes by events: proposes until it has heard of all, and answers how many
/// submissions fit no challenge.
async fn propose(stage: &Stage, eligible: usize) -> Result<usize> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    until("matching to know every eligible submission", async || {
        let request = pb::ProposeMatchesRequest {
            parent: edition(stage),
            request_id: stage.api.request_id(),
        };
        let answer = MatchServiceClient::new(stage.api.matching.clone())
            .propose_matches(organiser.ask(request))
            .await?
            .into_inner();
        if answer.more {
            return Ok(None);
        }
        let all = all_matches(stage, &organiser).await?;
        let matched: BTreeSet<_> = all.into_iter().map(|m| m.submission_id).collect();
        let without = answer.unmatched_submission_ids.len();
        Ok((matched.len() + without == eligible).then_some(without))
    })
    .await
}

/// A government says yes to the better two thirds of what it was proposed.
async fn answer(stage: &Stage, government: &Government) -> Result<Vec<pb::Match>> {
    let official = stage.api.session(&government.official).await?;
    let mut matches = all_matches(stage, &official).await?;
    matches
        .sort_by(|a, b| (b.score_micro, &a.submission_id).cmp(&(a.score_micro, &b.submission_id)));
    let wanted = (matches.len() * 2).div_ceil(3);
    for (n, found) in matches.iter_mut().enumerate() {
        ensure!(
            found.region_code == government.region.as_str(),
            "another government's match"
        );
        let request = pb::AnswerMatchRequest {
            name: found.name.clone(),
            accept: n < wanted,
            request_id: stage.api.request_id(),
        };
        *found = MatchServiceClient::new(stage.api.matching.clone())
            .answer_match(official.ask(request))
            .await?
            .into_inner();
    }
    Ok(matches)
}

async fn all_matches(stage: &Stage, session: &Session) -> Result<Vec<pb::Match>> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListMatchesRequest {
            parent: edition(stage),
            page_size: 500,
            page_token,
        };
        let page = MatchServiceClient::new(stage.api.matching.clone())
            .list_matches(session.ask(request))
            .await?
            .into_inner();
        all.extend(page.matches);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}
