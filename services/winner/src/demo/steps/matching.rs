//! Matches are proposed with their reasons, and each government answers for its own challenges.

use anyhow::{Result, ensure};
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::match_service_client::MatchServiceClient;

use super::{Told, edition};
use crate::demo::Stage;
use crate::demo::waiting::until;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    let mut service = MatchServiceClient::new(stage.api.matching.clone());
    // Matching hears of the outcomes by events: propose until it has heard of all.
    let eligible = told.eligible;
    let mut proposed = 0;
    let mut matched = std::collections::BTreeSet::new();
    let unmatched = until("matching to know every eligible submission", async || {
        let request = pb::ProposeMatchesRequest {
            parent: edition(stage),
            request_id: stage.api.request_id(),
        };
        let mut service = MatchServiceClient::new(stage.api.matching.clone());
        let answer = service
            .propose_matches(organiser.ask(request))
            .await?
            .into_inner();
        let all = all_matches(stage, &organiser).await?;
        let with: std::collections::BTreeSet<_> =
            all.into_iter().map(|m| m.submission_id).collect();
        let without = answer.unmatched_submission_ids.len();
        Ok((with.len() + without == eligible && !answer.more).then_some(without))
    })
    .await?;
    for found in all_matches(stage, &organiser).await? {
        proposed += 1;
        matched.insert(found.submission_id);
    }
    told.matches_proposed = proposed;
    for (n, government) in stage.cast.governments.iter().enumerate() {
        let official = stage.api.sign_in(&government.official).await?;
        for (k, found) in all_matches(stage, &official).await?.into_iter().enumerate() {
            ensure!(
                found.region_code == government.region_code,
                "another government's match"
            );
            let accept = (n + k) % 3 != 2;
            let request = pb::AnswerMatchRequest {
                name: found.name,
                accept,
                request_id: stage.api.request_id(),
            };
            let answered = service
                .answer_match(official.ask(request))
                .await?
                .into_inner();
            told.matches_accepted += usize::from(answered.state() == pb::MatchState::Accepted);
        }
    }
    stage.progress.step(format!(
        "{proposed} matches proposed for {} submissions ({unmatched} fit no challenge), {} accepted",
        matched.len(),
        told.matches_accepted,
    ));
    Ok(())
}

async fn all_matches(stage: &Stage, session: &crate::demo::api::Session) -> Result<Vec<pb::Match>> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListMatchesRequest {
            parent: edition(stage),
            page_size: 500,
            page_token,
        };
        let mut service = MatchServiceClient::new(stage.api.matching.clone());
        let page = service
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
