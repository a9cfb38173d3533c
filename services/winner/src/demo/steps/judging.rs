//! The round: opened under its panel, a conflict that is learned late and a judge who steps back, both
//! replaced; scores; the close.

use anyhow::{Context, Result, ensure};
use tokio::time::Instant;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::round_service_client::RoundServiceClient;
use winner_proto::matching::v1::Panel;
use winner_proto::matching::v1::conflict::Subject;

use super::scoring::{Scoring, queue};
use super::{edition, not_yet, panel};
use crate::demo::Stage;
use crate::demo::told::{GivenUp, Told};
use crate::demo::waiting::until;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let round = round(stage)?;
    let panel = panel::confirm(stage, &round, told).await?;
    stage
        .clock
        .set(time::macros::datetime!(2027-03-22 09:00 +7))
        .await?;
    let began = Instant::now();
    open(stage, &round, &panel.manifest_hash).await?;
    let (recused, late) = seats_to_lose(stage, &panel)?;
    lose_late(stage, &round, late).await?;
    let seats = seats(stage, &round).await?;
    let scoring = Scoring::new(stage, &round, recused)?;
    let mut cards = scoring.score_all(seats).await?;
    until("a replacement for the judge who stepped back", async || {
        let now = self::seats(stage, &round).await?;
        Ok((now == seats).then_some(()))
    })
    .await?;
    // Whoever took the seat scores now.
    cards.extend(scoring.score_all(1).await?);
    ensure!(
        cards.len() == panel.assignments.len(),
        "{} scorecards",
        cards.len()
    );
    close(stage, &round).await?;
    told.given_up = vec![recused, late];
    told.counts.replaced = told.given_up.len();
    told.counts.scorecards = cards.len();
    told.cards = cards;
    let line = format!(
        "{} scorecards by {} judges, {} seats given up and taken by others; the round is closed",
        told.counts.scorecards,
        stage.cast.judges.len(),
        told.counts.replaced,
    );
    told.step(stage, began, "scorecards", told.counts.scorecards, line);
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

/// The first seat of the last judge, who will step back, and of the one before, who will lose it.
fn seats_to_lose(stage: &Stage, panel: &Panel) -> Result<(GivenUp, GivenUp)> {
    let mut seats = (0..stage.cast.judges.len()).rev().filter_map(|judge| {
        let person = stage.cast.judges[judge].actor.person_id.to_string();
        let theirs = panel.assignments.iter();
        let theirs = theirs.filter(|a| a.judge_person_id == person);
        let (team, _) = stage
            .cast
            .team_of(theirs.map(|a| &a.submission_id).min()?)?;
        Some((judge, team))
    });
    let mut lose = |kind| {
        let (judge, team) = seats.next().context("no judge has a seat")?;
        anyhow::Ok(GivenUp { judge, team, kind })
    };
    Ok((lose("recused")?, lose("declared_late")?))
}

async fn open(stage: &Stage, round: &str, manifest_hash: &str) -> Result<()> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    until("judging to know the panel", async || {
        let request = pb::OpenRoundRequest {
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

/// The organiser learns of a conflict when the round is open already: the seat goes to somebody else.
async fn lose_late(stage: &Stage, round: &str, late: GivenUp) -> Result<()> {
    let judge = &stage.cast.judges[late.judge];
    let before = queue(stage, judge, round).await?.len();
    let subject = Subject::SubmissionId(stage.cast.teams[late.team].submission_id.to_string());
    panel::declare(stage, &stage.cast.organiser, judge, subject).await?;
    until("the seat in conflict to be taken away", async || {
        let now = queue(stage, judge, round).await?.len();
        Ok((now < before).then_some(()))
    })
    .await
}

/// How many assignments live in the round.
async fn seats(stage: &Stage, round: &str) -> Result<usize> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    let request = pb::GetRoundRequest {
        name: round.to_owned(),
    };
    let round = RoundServiceClient::new(stage.api.judging.clone())
        .get_round(organiser.ask(request))
        .await?
        .into_inner();
    Ok(usize::try_from(round.assignment_count)?)
}

async fn close(stage: &Stage, round: &str) -> Result<()> {
    let organiser = stage.api.session(&stage.cast.organiser).await?;
    until(
        "judging's copy of the panel to agree with matching",
        async || {
            let request = pb::CloseRoundRequest {
                name: round.to_owned(),
                accept_missing: false,
                request_id: stage.api.request_id(),
            };
            let mut rounds = RoundServiceClient::new(stage.api.judging.clone());
            let early = [tonic::Code::Aborted];
            not_yet(rounds.close_round(organiser.ask(request)).await, &early)
        },
    )
    .await?;
    Ok(())
}
