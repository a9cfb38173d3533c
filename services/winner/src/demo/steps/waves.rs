//! The deadlines: most teams submit in time; what is late or incomplete is refused with the reason. Then
//! the waves close, and intake says how many submissions were accepted.

use anyhow::{Context, Result, bail, ensure};
use time::{Duration, OffsetDateTime};
use tokio::time::Instant;
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;

use super::edition;
use super::submissions::submit;
use crate::demo::Stage;
use crate::demo::cast::{Fate, Team};
use crate::demo::told::Told;
use crate::demo::waiting::{each, until};

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    let mut began = Instant::now();
    let waited = stage.clock.waited();
    for wave in &stage.definition.waves {
        let deadline = deadline(wave)?;
        stage.clock.set(deadline - Duration::hours(2)).await?;
        told.counts.accepted += in_time(stage, wave).await?;
        told.counts.refused_incomplete += incomplete(stage, wave).await?;
        // A deadline without a fraction covers its whole second: a second later is too late.
        stage.clock.set(deadline + Duration::seconds(1)).await?;
        told.counts.refused_late += late(stage, wave).await?;
    }
    // Waiting for business time is not the submissions' time.
    began += stage.clock.waited().saturating_sub(waited);
    let counts = &told.counts;
    let line = format!(
        "{} submissions accepted in time, {} refused as late, {} as incomplete",
        counts.accepted, counts.refused_late, counts.refused_incomplete,
    );
    let accepted = counts.accepted;
    told.step(stage, began, "submissions accepted", accepted, line);
    close(stage, told).await
}

fn deadline(wave: &pb::WaveDefinition) -> Result<OffsetDateTime> {
    let closes = wave.submissions.as_ref().and_then(|w| w.closes_at.as_ref());
    let at = closes
        .and_then(|d| d.at.as_ref())
        .context("a wave without a deadline")?;
    Ok(OffsetDateTime::from_unix_timestamp(at.seconds)?)
}

fn of<'a>(
    stage: &'a Stage,
    wave: &'a pb::WaveDefinition,
    fates: &'a [Fate],
) -> impl Iterator<Item = &'a Team> {
    let teams = stage.cast.teams.iter();
    teams.filter(move |team| team.wave_id == wave.wave_id && fates.contains(&team.fate))
}

async fn in_time(stage: &Stage, wave: &pb::WaveDefinition) -> Result<usize> {
    let teams: Vec<_> = of(stage, wave, &[Fate::Eligible, Fate::Ineligible]).collect();
    let bar = stage.progress.bar("teams submit", teams.len());
    let submitted = teams.iter().map(async |team| {
        let submitted = submit(stage, team).await;
        submitted.with_context(|| format!("{} in time", team.organisation))
    });
    Ok(each(bar, submitted).await?.len())
}

/// A draft without a required answer cannot be submitted.
async fn incomplete(stage: &Stage, wave: &pb::WaveDefinition) -> Result<usize> {
    let codes = [
        tonic::Code::InvalidArgument,
        tonic::Code::FailedPrecondition,
    ];
    refused(stage, of(stage, wave, &[Fate::Incomplete]), &codes).await
}

async fn late(stage: &Stage, wave: &pb::WaveDefinition) -> Result<usize> {
    let codes = [tonic::Code::FailedPrecondition];
    refused(stage, of(stage, wave, &[Fate::Late]), &codes).await
}

/// Lets teams submit of whom none may pass.
async fn refused(
    stage: &Stage,
    teams: impl Iterator<Item = &Team>,
    codes: &[tonic::Code],
) -> Result<usize> {
    let mut count = 0;
    for team in teams {
        let Err(error) = submit(stage, team).await else {
            bail!("{} was accepted: {:?}", team.organisation, team.fate);
        };
        let status = error.downcast_ref::<tonic::Status>();
        ensure!(
            status.is_some_and(|s| codes.contains(&s.code())),
            "refused otherwise than it must be: {error:#}"
        );
        count += 1;
    }
    Ok(count)
}

/// Waits until intake has counted every wave.
async fn close(stage: &Stage, told: &mut Told) -> Result<()> {
    let deadlines = stage.definition.waves.iter().map(deadline);
    let deadlines = deadlines.collect::<Result<Vec<_>>>()?;
    let last = deadlines.into_iter().max().context("no wave")?;
    stage.clock.set(last + Duration::minutes(5)).await?;
    let began = Instant::now();
    let waves = until("the waves to close", async || {
        let request = pb::ListWavesRequest {
            parent: edition(stage),
        };
        let mut editions = EditionServiceClient::new(stage.api.intake.clone());
        let waves = editions.list_waves(request).await?.into_inner().waves;
        let closed = waves.iter().all(|w| w.state() == pb::WaveState::Closed);
        Ok(closed.then_some(waves))
    })
    .await?;
    let counted: i32 = waves.iter().map(|w| w.accepted_count).sum();
    ensure!(
        usize::try_from(counted) == Ok(told.counts.accepted),
        "{} receipts were given, {counted} submissions were counted",
        told.counts.accepted,
    );
    let line = format!(
        "{} waves closed, {counted} submissions counted",
        waves.len()
    );
    told.step(stage, began, "waves closed", waves.len(), line);
    Ok(())
}
