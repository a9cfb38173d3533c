//! The panel: judges say what they know and declare conflicts, then an exact assignment is planned and
//! confirmed.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use tokio::time::Instant;
use winner_proto::judging::v1 as judging;
use winner_proto::judging::v1::round_service_client::RoundServiceClient;
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::conflict::Subject;
use winner_proto::matching::v1::judge_service_client::JudgeServiceClient;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

use super::{edition, not_yet};
use crate::demo::Stage;
use crate::demo::cast::{Actor, Judge, Planted};
use crate::demo::told::Told;
use crate::demo::waiting::{each, until};

/// Has the panel planned and confirmed.
pub(super) async fn confirm(stage: &Stage, round: &str, told: &mut Told) -> Result<pb::Panel> {
    let began = Instant::now();
    let judges = &stage.cast.judges;
    let bar = stage
        .progress
        .bar("judges say what they know", judges.len());
    each(bar, judges.iter().map(|judge| know(stage, judge))).await?;
    for planted in &stage.cast.conflicts {
        let (judge, team) = (&judges[planted.judge], &stage.cast.teams[planted.team]);
        let (by, subject) = match planted.kind {
            Planted::DeclaredByJudge => (
                &judge.actor,
                Subject::OrganisationId(team.organisation_id.to_string()),
            ),
            Planted::DeclaredByOrganiser => (
                &stage.cast.organiser,
                Subject::SubmissionId(team.submission_id.to_string()),
            ),
            // The system finds the others by itself.
            _ => continue,
        };
        declare(stage, by, judge, subject).await?;
    }
    let panel = plan(stage, round).await?;
    nobody_in_conflict(stage, &panel)?;
    told.counts.seats = panel.assignments.len();
    let seated: BTreeSet<_> = panel
        .assignments
        .iter()
        .map(|a| &a.judge_person_id)
        .collect();
    told.seated_judges = seated.len();
    told.panel_hash.clone_from(&panel.manifest_hash);
    let line = format!(
        "panel confirmed: {} seats, total fit {:.2}, proved optimal, {} planted conflicts kept out",
        panel.assignments.len(),
        panel.total_score_micro as f64 / 1e6,
        stage.cast.conflicts.len(),
    );
    let seats = panel.assignments.len();
    told.step(stage, began, "seats of the panel", seats, line);
    Ok(panel)
}

async fn know(stage: &Stage, judge: &Judge) -> Result<()> {
    let session = stage.api.session(&judge.actor).await?;
    let request = pb::UpdateJudgeRequest {
        judge: Some(pb::Judge {
            name: format!("{}/judges/{}", edition(stage), judge.actor.person_id),
            issue_ids: judge.issue_ids.clone(),
            region_codes: judge.region_codes.clone(),
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
    };
    JudgeServiceClient::new(stage.api.matching.clone())
        .update_judge(session.ask(request))
        .await?;
    Ok(())
}

/// Somebody declares a conflict of a judge.
pub(super) async fn declare(
    stage: &Stage,
    by: &Actor,
    judge: &Judge,
    subject: Subject,
) -> Result<()> {
    let session = stage.api.session(by).await?;
    let request = pb::DeclareConflictRequest {
        parent: edition(stage),
        conflict: Some(pb::Conflict {
            judge_person_id: judge.actor.person_id.to_string(),
            subject: Some(subject),
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
    };
    JudgeServiceClient::new(stage.api.matching.clone())
        .declare_conflict(session.ask(request))
        .await
        .with_context(|| format!("the conflict of {} is not declared", judge.actor.subject))?;
    Ok(())
}

async fn plan(stage: &Stage, round: &str) -> Result<pb::Panel> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    let round_id = round.rsplit('/').next().unwrap_or_default().to_owned();
    until("judging to know the edition's rules", async || {
        let request = judging::CreateRoundRequest {
            parent: edition(stage),
            round_id: round_id.clone(),
            seed: stage.cast.seed,
            request_id: stage.api.request_id(),
        };
        let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
        let early = [tonic::Code::NotFound];
        not_yet(rounds.create_round(organiser.ask(request)).await, &early)
    })
    .await?;
    let mut panels = PanelServiceClient::new(stage.api.matching.clone());
    let planned = until("matching to know the round", async || {
        let request = pb::PlanPanelRequest {
            round: round.to_owned(),
            seed: stage.cast.seed,
            request_id: stage.api.request_id(),
        };
        let mut panels = PanelServiceClient::new(stage.api.matching.clone());
        let early = [tonic::Code::NotFound, tonic::Code::FailedPrecondition];
        not_yet(panels.plan_panel(organiser.ask(request)).await, &early)
    })
    .await?;
    ensure!(
        planned.shortfalls.is_empty(),
        "{} submissions lack judges",
        planned.shortfalls.len()
    );
    let request = pb::ConfirmPanelRequest {
        name: planned.name,
        manifest_hash: planned.manifest_hash,
        accept_shortfalls: false,
        request_id: stage.api.request_id(),
    };
    let panel = panels.confirm_panel(organiser.ask(request)).await?;
    Ok(panel.into_inner())
}

/// No judge has a submission that is theirs, in whatever way.
fn nobody_in_conflict(stage: &Stage, panel: &pb::Panel) -> Result<()> {
    for planted in &stage.cast.conflicts {
        let judge = &stage.cast.judges[planted.judge].actor;
        let submission = stage.cast.teams[planted.team].submission_id.to_string();
        let person = judge.person_id.to_string();
        let mut seats = panel.assignments.iter();
        ensure!(
            !seats.any(|a| a.submission_id == submission && a.judge_person_id == person),
            "{} got a submission in conflict: {}",
            judge.subject,
            planted.kind.code(),
        );
    }
    Ok(())
}
