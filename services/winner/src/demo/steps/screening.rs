//! The screener decides on every submission; nobody learns it until the organiser announces.

use anyhow::{Result, ensure};
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::screening_service_client::ScreeningServiceClient;

use super::{Told, edition};
use crate::demo::Stage;
use crate::demo::cast::Fate;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let screener = stage.api.sign_in(&stage.cast.screener).await?;
    let mut screenings = ScreeningServiceClient::new(stage.api.intake.clone());
    for team in stage.cast.in_time() {
        let eligible = team.fate == Fate::Eligible;
        let (verdict, finding) = if eligible {
            (pb::ScreeningVerdict::Eligible, pb::CriterionFinding::Met)
        } else {
            (
                pb::ScreeningVerdict::Ineligible,
                pb::CriterionFinding::NotMet,
            )
        };
        let findings = stage
            .definition
            .screening_criteria
            .iter()
            .map(|criterion| (criterion.criterion_id.clone(), finding.into()))
            .collect();
        let reason = if eligible {
            ""
        } else {
            "Bukti misi sosial tidak ditemukan (contoh)."
        };
        let request = pb::RecordScreeningRequest {
            screening: Some(pb::Screening {
                name: format!(
                    "{}/submissions/{}/screening",
                    edition(stage),
                    team.submission_id
                ),
                submission_version: 1,
                verdict: verdict.into(),
                findings,
                reason: reason.to_owned(),
                ..Default::default()
            }),
            request_id: stage.api.request_id(),
        };
        screenings.record_screening(screener.ask(request)).await?;
    }
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    for wave in &stage.definition.waves {
        let request = pb::AnnounceOutcomesRequest {
            wave: format!("{}/waves/{}", edition(stage), wave.wave_id),
            request_id: stage.api.request_id(),
        };
        let announced = screenings
            .announce_outcomes(organiser.ask(request))
            .await?
            .into_inner();
        told.eligible += usize::try_from(announced.eligible_count)?;
        told.ineligible += usize::try_from(announced.ineligible_count)?;
    }
    ensure!(
        told.eligible == stage.cast.eligible().count(),
        "{} eligible",
        told.eligible
    );
    stage.progress.step(format!(
        "screening announced: {} eligible, {} ineligible",
        told.eligible, told.ineligible,
    ));
    Ok(())
}
