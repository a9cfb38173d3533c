//! The screener decides on every submission; nobody learns it until the organiser announces.

use anyhow::{Result, ensure};
use tokio::time::Instant;
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::screening_service_client::ScreeningServiceClient;

use super::edition;
use crate::demo::Stage;
use crate::demo::cast::{Fate, Team};
use crate::demo::told::Told;
use crate::demo::waiting::each;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let began = Instant::now();
    let teams: Vec<_> = stage.cast.in_time().collect();
    let bar = stage.progress.bar("submissions screened", teams.len());
    each(bar, teams.iter().map(|team| screen(stage, team))).await?;
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    for wave in &stage.definition.waves {
        let request = pb::AnnounceOutcomesRequest {
            wave: format!("{}/waves/{}", edition(stage), wave.wave_id),
            request_id: stage.api.request_id(),
        };
        let announced = ScreeningServiceClient::new(stage.api.intake.clone())
            .announce_outcomes(organiser.ask(request))
            .await?
            .into_inner();
        told.counts.eligible += usize::try_from(announced.eligible_count)?;
        told.counts.ineligible += usize::try_from(announced.ineligible_count)?;
    }
    let (eligible, ineligible) = (told.counts.eligible, told.counts.ineligible);
    ensure!(
        eligible == stage.cast.eligible().count(),
        "{eligible} are eligible"
    );
    let line = format!("screening announced: {eligible} eligible, {ineligible} ineligible");
    told.step(stage, began, "submissions screened", teams.len(), line);
    Ok(())
}

async fn screen(stage: &Stage, team: &Team) -> Result<()> {
    let screener = stage.api.session(&stage.cast.screener).await?;
    let (verdict, finding, reason) = if team.fate == Fate::Eligible {
        (
            pb::ScreeningVerdict::Eligible,
            pb::CriterionFinding::Met,
            "",
        )
    } else {
        (
            pb::ScreeningVerdict::Ineligible,
            pb::CriterionFinding::NotMet,
            "Bukti misi sosial tidak ditemukan (contoh).",
        )
    };
    let criteria = stage.definition.screening_criteria.iter();
    let name = format!(
        "{}/submissions/{}/screening",
        edition(stage),
        team.submission_id
    );
    let request = pb::RecordScreeningRequest {
        screening: Some(pb::Screening {
            name,
            submission_version: 1,
            verdict: verdict.into(),
            findings: criteria
                .map(|c| (c.criterion_id.clone(), finding.into()))
                .collect(),
            reason: reason.to_owned(),
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
    };
    ScreeningServiceClient::new(stage.api.intake.clone())
        .record_screening(screener.ask(request))
        .await?;
    Ok(())
}
