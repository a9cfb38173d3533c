//! The ranking is computed, approved by two different people, and published.

use anyhow::{Result, bail, ensure};
use tokio::time::Instant;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::result_service_client::ResultServiceClient;

use super::judging;
use crate::demo::Stage;
use crate::demo::told::Told;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-04-05 09:00 +7))
        .await?;
    let began = Instant::now();
    let round = judging::round(stage)?;
    let mut results = ResultServiceClient::new(stage.api.judging.clone());
    let chair = stage.api.session(&stage.cast.chair).await?;
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    let request = pb::ComputeRankingRequest {
        round,
        request_id: stage.api.request_id(),
    };
    let ranking = results
        .compute_ranking(organiser.ask(request))
        .await?
        .into_inner();
    let publish = || pb::PublishResultRequest {
        ranking: ranking.name.clone(),
        request_id: stage.api.request_id(),
    };
    for (n, approver) in [&chair, &organiser].into_iter().enumerate() {
        if results.publish_result(chair.ask(publish())).await.is_ok() {
            bail!("a ranking with {n} approvals was published");
        }
        let request = pb::ApproveRankingRequest {
            name: ranking.name.clone(),
            ranking_hash: ranking.ranking_hash.clone(),
            request_id: stage.api.request_id(),
        };
        results.approve_ranking(approver.ask(request)).await?;
    }
    let published = results
        .publish_result(chair.ask(publish()))
        .await?
        .into_inner();
    let request = pb::GetResultRequest {
        name: published.name,
    };
    // Anybody may read it now: no token.
    let seen = results.get_result(request).await?.into_inner();
    ensure!(
        seen.ranking_hash == ranking.ranking_hash,
        "what is published is what was approved"
    );
    told.ranking_hash = seen.ranking_hash;
    told.inputs_hash = seen.inputs_hash;
    told.rows = seen.rows;
    let count = told.rows.len();
    let line = format!("provisional result published: {count} entries ranked, approved by two");
    told.step(stage, began, "entries ranked", count, line);
    Ok(())
}
