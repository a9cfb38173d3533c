//! The round: a panel by exact assignment, scores, one judge who steps back and is replaced, the close.

use anyhow::{Context, Result, ensure};
use winner_proto::judging::v1 as judging;
use winner_proto::judging::v1::round_service_client::RoundServiceClient;
use winner_proto::judging::v1::scoring_service_client::ScoringServiceClient;
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::judge_service_client::JudgeServiceClient;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

use super::{Told, edition};
use crate::demo::Stage;
use crate::demo::api::Session;
use crate::demo::cast::{JUDGES_TEAM, Judge};
use crate::demo::waiting::until;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let round = round(stage)?;
    expertise(stage).await?;
    let panel = plan(stage, &round, told).await?;
    no_judge_has_their_own(stage, &panel).await?;
    stage
        .clock
        .set(time::macros::datetime!(2027-03-22 09:00 +7))
        .await?;
    open(stage, &round, &panel.manifest_hash).await?;
    recuse(stage, &round, told).await?;
    score(stage, &round, &panel, told).await?;
    close(stage, &round).await?;
    stage.progress.step(format!(
        "{} scorecards by {} judges, {} judge stepped back and was replaced; the round is closed",
        told.scorecards,
        stage.cast.judges.len(),
        told.replaced,
    ));
    Ok(())
}

/// `editions/{edition}/rounds/{round}` of the first round.
pub(super) fn round(stage: &Stage) -> Result<String> {
    let first = stage
        .definition
        .rounds
        .first()
        .context("the edition has no round")?;
    Ok(format!("{}/rounds/{}", edition(stage), first.round_id))
}

async fn expertise(stage: &Stage) -> Result<()> {
    for judge in &stage.cast.judges {
        let session = stage.api.sign_in(&judge.actor).await?;
        let request = matching::UpdateJudgeRequest {
            judge: Some(matching::Judge {
                name: format!("{}/judges/{}", edition(stage), session.person_id()),
                issue_ids: judge.issue_ids.clone(),
                region_codes: judge.region_codes.clone(),
                ..Default::default()
            }),
            request_id: stage.api.request_id(),
        };
        JudgeServiceClient::new(stage.api.matching.clone())
            .update_judge(session.ask(request))
            .await?;
    }
    Ok(())
}

async fn plan(stage: &Stage, round: &str, told: &mut Told) -> Result<matching::Panel> {
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    let round_id = round.rsplit('/').next().unwrap_or_default().to_owned();
    until("judging to know the edition's rules", async || {
        let request = judging::CreateRoundRequest {
            parent: edition(stage),
            round_id: round_id.clone(),
            seed: stage.cast.seed,
            request_id: stage.api.request_id(),
        };
        let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
        not_yet(
            rounds.create_round(organiser.ask(request)).await,
            &[tonic::Code::NotFound],
        )
    })
    .await?;
    let planned = until("matching to know the round", async || {
        let request = matching::PlanPanelRequest {
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
    let request = matching::ConfirmPanelRequest {
        name: planned.name.clone(),
        manifest_hash: planned.manifest_hash.clone(),
        accept_shortfalls: false,
        request_id: stage.api.request_id(),
    };
    let mut panels = PanelServiceClient::new(stage.api.matching.clone());
    let panel = panels
        .confirm_panel(organiser.ask(request))
        .await?
        .into_inner();
    told.seats = panel.assignments.len();
    told.panel_hash.clone_from(&panel.manifest_hash);
    stage.progress.step(format!(
        "panel confirmed: {} seats, total fit {:.2}, proved optimal",
        told.seats,
        panel.total_score_micro as f64 / 1e6,
    ));
    Ok(panel)
}

/// The first judge belongs to a team under a second address: that team's submission is not theirs.
async fn no_judge_has_their_own(stage: &Stage, panel: &matching::Panel) -> Result<()> {
    let judge = stage.cast.judges.first().context("no judge")?;
    let team = stage.cast.teams.get(JUDGES_TEAM).context("no team")?;
    let person = stage.api.session(&judge.actor).await?;
    let own = team.submission_id.to_string();
    ensure!(
        !panel
            .assignments
            .iter()
            .any(|a| a.submission_id == own && a.judge_person_id == person.person_id()),
        "a judge with a second address got their own submission",
    );
    Ok(())
}

async fn open(stage: &Stage, round: &str, manifest_hash: &str) -> Result<()> {
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    until("judging to know the panel", async || {
        let request = judging::OpenRoundRequest {
            name: round.to_owned(),
            manifest_hash: manifest_hash.to_owned(),
            request_id: stage.api.request_id(),
        };
        let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
        let early = [tonic::Code::FailedPrecondition];
        not_yet(rounds.open_round(organiser.ask(request)).await, &early)
    })
    .await?;
    Ok(())
}

async fn queue(stage: &Stage, session: &Session, round: &str) -> Result<Vec<judging::Assignment>> {
    let request = judging::ListAssignmentsRequest {
        parent: round.to_owned(),
        page_size: 500,
        page_token: String::new(),
    };
    let mut scoring = ScoringServiceClient::new(stage.api.judging.clone());
    Ok(scoring
        .list_assignments(session.ask(request))
        .await?
        .into_inner()
        .assignments)
}

/// The second judge steps back from the first entry; somebody else takes it.
async fn recuse(stage: &Stage, round: &str, told: &mut Told) -> Result<()> {
    let judge = stage.cast.judges.get(1).context("no second judge")?;
    let session = stage.api.sign_in(&judge.actor).await?;
    let entries = queue(stage, &session, round).await?;
    let entry = entries
        .first()
        .context("the second judge has nothing to do")?;
    let before = seats(stage, round).await?;
    let request = judging::RecuseRequest {
        name: entry.name.clone(),
        reason: "Saya mengenal ketua timnya (contoh).".to_owned(),
        request_id: stage.api.request_id(),
    };
    ScoringServiceClient::new(stage.api.judging.clone())
        .recuse(session.ask(request))
        .await?;
    until("a replacement for the judge who stepped back", async || {
        let now = seats(stage, round).await?;
        Ok((now == before).then_some(()))
    })
    .await?;
    told.replaced += 1;
    Ok(())
}

/// How many assignments live in the round.
async fn seats(stage: &Stage, round: &str) -> Result<i32> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    let request = judging::GetRoundRequest {
        name: round.to_owned(),
    };
    let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
    Ok(rounds
        .get_round(organiser.ask(request))
        .await?
        .into_inner()
        .assignment_count)
}

async fn score(stage: &Stage, round: &str, panel: &matching::Panel, told: &mut Told) -> Result<()> {
    for judge in &stage.cast.judges {
        let session = stage.api.sign_in(&judge.actor).await?;
        for assignment in queue(stage, &session, round).await? {
            score_one(stage, &session, judge, &assignment.name).await?;
            told.scorecards += 1;
        }
    }
    ensure!(
        told.scorecards == panel.assignments.len(),
        "{} scorecards",
        told.scorecards
    );
    Ok(())
}

async fn score_one(stage: &Stage, session: &Session, judge: &Judge, name: &str) -> Result<()> {
    let mut scoring = ScoringServiceClient::new(stage.api.judging.clone());
    let request = judging::AcceptAssignmentRequest {
        name: name.to_owned(),
        request_id: stage.api.request_id(),
    };
    scoring.accept_assignment(session.ask(request)).await?;
    let request = judging::GetEntryRequest {
        name: name.to_owned(),
    };
    let entry = scoring.get_entry(session.ask(request)).await?.into_inner();
    // A judge cannot tell whose entry it is; the demo knows its own texts.
    let team = stage
        .cast
        .teams
        .iter()
        .find(|t| {
            entry
                .answers
                .get("ringkasan")
                .is_some_and(|v| is_text(v, &t.proposal.summary))
        })
        .context("an entry that nobody wrote")?;
    let rubric = stage
        .definition
        .rounds
        .first()
        .and_then(|r| r.rubric.as_ref());
    let scores = rubric
        .context("a round without a rubric")?
        .criteria
        .iter()
        .enumerate()
        .map(|(n, criterion)| {
            let wobble = [-300, 400, 0, 200][n % 4];
            let mark = (team.quality + judge.severity + wobble).clamp(
                i64::from(criterion.min_thousandths),
                i64::from(criterion.max_thousandths),
            );
            let step = i64::from(criterion.step_thousandths);
            let mark = i32::try_from(mark / step * step)?;
            Ok(judging::Score {
                criterion_id: criterion.criterion_id.clone(),
                mark: Some(judging::score::Mark::Thousandths(mark)),
                comment: String::new(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let request = judging::SubmitScorecardRequest {
        scorecard: Some(judging::Scorecard {
            name: format!("{name}/scorecard"),
            scores,
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
    };
    scoring.submit_scorecard(session.ask(request)).await?;
    Ok(())
}

fn is_text(value: &winner_proto::types::v1::Value, text: &str) -> bool {
    matches!(&value.kind, Some(winner_proto::types::v1::value::Kind::Text(t)) if t == text)
}

async fn close(stage: &Stage, round: &str) -> Result<()> {
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    until(
        "judging's copy of the panel to agree with matching",
        async || {
            let request = judging::CloseRoundRequest {
                name: round.to_owned(),
                accept_missing: false,
                request_id: stage.api.request_id(),
            };
            let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
            not_yet(
                rounds.close_round(organiser.ask(request)).await,
                &[tonic::Code::Aborted],
            )
        },
    )
    .await?;
    Ok(())
}

/// An answer, or `None` where it is only too early for it.
fn not_yet<T>(
    answer: Result<tonic::Response<T>, tonic::Status>,
    early: &[tonic::Code],
) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if early.contains(&status.code()) => {
            tracing::debug!(reason = status.message(), "demo.not_yet");
            Ok(None)
        }
        Err(status) => Err(status.into()),
    }
}
