//! Judges accept, read and score, each as severe as they were made, each a little unsure.

use std::collections::HashMap;

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use winner_proto::intake::v1::Criterion;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::scoring_service_client::ScoringServiceClient;
use winner_proto::types::v1::value::Kind;

use crate::demo::Stage;
use crate::demo::api::Session;
use crate::demo::cast::Judge;
use crate::demo::told::{Card, GivenUp};
use crate::demo::waiting::each;

/// How far one of two draws may lead a judge from what they would say of a submission, in thousandths.
const UNSURE_OF_SUBMISSION: i64 = 600;
/// The same of one criterion.
const UNSURE_OF_CRITERION: i64 = 700;

/// The scoring of a round.
pub(super) struct Scoring<'a> {
    stage: &'a Stage,
    round: &'a str,
    criteria: &'a [Criterion],
    /// Who steps back from what instead of scoring it.
    recused: GivenUp,
    /// A judge cannot tell whose entry it is; the demo knows its own texts.
    authors: HashMap<&'a str, usize>,
}

/// What a judge still has to do.
pub(super) async fn queue(
    stage: &Stage,
    judge: &Judge,
    round: &str,
) -> Result<Vec<pb::Assignment>> {
    let session = stage.api.session(&judge.actor).await?;
    let request = pb::ListAssignmentsRequest {
        parent: round.to_owned(),
        page_size: 500,
        page_token: String::new(),
    };
    let page = ScoringServiceClient::new(stage.api.judging.clone())
        .list_assignments(session.ask(request))
        .await?;
    Ok(page.into_inner().assignments)
}

impl<'a> Scoring<'a> {
    pub(super) fn new(stage: &'a Stage, round: &'a str, recused: GivenUp) -> Result<Self> {
        let rubric = stage.definition.rounds.first();
        let rubric = rubric.and_then(|r| r.rubric.as_ref());
        let teams = stage.cast.teams.iter().enumerate();
        Ok(Self {
            stage,
            round,
            criteria: &rubric.context("a round without a rubric")?.criteria,
            recused,
            authors: teams
                .map(|(n, team)| (team.proposal.summary.as_str(), n))
                .collect(),
        })
    }

    /// Every judge does what lies before them, about `expected` entries in all.
    pub(super) async fn score_all(&self, expected: usize) -> Result<Vec<Card>> {
        let mut open = Vec::new();
        for (n, judge) in self.stage.cast.judges.iter().enumerate() {
            let queue = queue(self.stage, judge, self.round).await?;
            let new = [pb::AssignmentState::Assigned, pb::AssignmentState::Accepted];
            open.extend(
                queue
                    .into_iter()
                    .filter(|a| new.contains(&a.state()))
                    .map(|a| (n, a.name)),
            );
        }
        let bar = self.stage.progress.bar("scorecards", expected);
        let cards = each(bar, open.iter().map(|(n, name)| self.score(*n, name))).await?;
        Ok(cards.into_iter().flatten().collect())
    }

    /// Scores an entry; nothing where the judge steps back from it.
    async fn score(&self, judge: usize, name: &str) -> Result<Option<Card>> {
        let session = self
            .stage
            .api
            .session(&self.stage.cast.judges[judge].actor)
            .await?;
        let mut scoring = ScoringServiceClient::new(self.stage.api.judging.clone());
        let request = pb::AcceptAssignmentRequest {
            name: name.to_owned(),
            request_id: self.stage.api.request_id(),
        };
        scoring.accept_assignment(session.ask(request)).await?;
        let request = pb::GetEntryRequest {
            name: name.to_owned(),
        };
        let entry = scoring.get_entry(session.ask(request)).await?.into_inner();
        let team = entry
            .answers
            .get("ringkasan")
            .and_then(|answer| match &answer.kind {
                Some(Kind::Text(text)) => self.authors.get(text.as_str()).copied(),
                _ => None,
            })
            .context("an entry that nobody wrote")?;
        if (judge, team) == (self.recused.judge, self.recused.team) {
            self.step_back(&session, name).await?;
            return Ok(None);
        }
        let marks = self.marks(judge, team)?;
        let request = pb::SubmitScorecardRequest {
            scorecard: Some(pb::Scorecard {
                name: format!("{name}/scorecard"),
                scores: self.scores(&marks),
                ..Default::default()
            }),
            request_id: self.stage.api.request_id(),
        };
        scoring.submit_scorecard(session.ask(request)).await?;
        let total = self.total(&marks);
        Ok(Some(Card { judge, team, total }))
    }

    async fn step_back(&self, session: &Session, name: &str) -> Result<()> {
        let request = pb::RecuseRequest {
            name: name.to_owned(),
            reason: "Saya mengenal ketua timnya (contoh).".to_owned(),
            request_id: self.stage.api.request_id(),
        };
        ScoringServiceClient::new(self.stage.api.judging.clone())
            .recuse(session.ask(request))
            .await?;
        Ok(())
    }

    /// What a judge gives a team for each criterion, in thousandths: the same in every run.
    fn marks(&self, judge: usize, team: usize) -> Result<Vec<i32>> {
        let cast = &self.stage.cast;
        let pair = u64::try_from(judge * cast.teams.len() + team)?;
        let mut rng = StdRng::seed_from_u64(cast.seed.cast_unsigned() ^ (pair << 16));
        let mut unsure =
            |by: i64| -> i64 { (0..2).map(|_| rng.random_range(-by..=by)).sum::<i64>() };
        let opinion =
            cast.teams[team].quality + cast.judges[judge].severity + unsure(UNSURE_OF_SUBMISSION);
        self.criteria
            .iter()
            .map(|criterion| {
                let step = i64::from(criterion.step_thousandths).max(1);
                let mark = (opinion + unsure(UNSURE_OF_CRITERION)).clamp(
                    i64::from(criterion.min_thousandths),
                    i64::from(criterion.max_thousandths),
                );
                Ok(i32::try_from((mark + step / 2) / step * step)?)
            })
            .collect()
    }

    fn scores(&self, marks: &[i32]) -> Vec<pb::Score> {
        let criteria = self.criteria.iter().zip(marks);
        criteria
            .map(|(criterion, mark)| pb::Score {
                criterion_id: criterion.criterion_id.clone(),
                mark: Some(pb::score::Mark::Thousandths(*mark)),
                comment: String::new(),
            })
            .collect()
    }

    /// The weighted mean of the marks, in points.
    fn total(&self, marks: &[i32]) -> f64 {
        let weight = |c: &Criterion| f64::from(c.weight_thousandths);
        let criteria = self.criteria.iter().zip(marks);
        let sum: f64 = criteria.map(|(c, mark)| weight(c) * f64::from(*mark)).sum();
        sum / self.criteria.iter().map(weight).sum::<f64>() / 1_000.0
    }
}
