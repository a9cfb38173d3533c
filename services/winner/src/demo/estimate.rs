//! What the ranking engine makes of the scorecards alone: how severe each judge is, and how sure each score.
//!
//! The edition ranks by the mean; the crossed model is run beside it, to be held against what was planted.

use std::collections::BTreeMap;

use winner_judging_core::model::{Model, Score, Standing};
use winner_judging_core::uncertainty::NINETY_PERCENT;
use winner_judging_core::{EntryId, JudgeId, Seed};
use winner_proto::judging::v1::RankingRow;

use super::Stage;
use super::told::Told;

/// A range of scores, in thousandths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Lower end.
    pub(crate) low: i64,
    /// Upper end.
    pub(crate) high: i64,
}

/// The estimates; empty where the engine refuses the scores.
#[derive(Debug, Default)]
pub(crate) struct Estimate {
    /// Severity and the standard deviation of its error, by the judge's position.
    severities: BTreeMap<usize, (i64, i64)>,
    /// By the team's position.
    intervals: BTreeMap<usize, Interval>,
}

impl Estimate {
    /// Fits the model to the scorecards that were handed in.
    pub(crate) fn of(stage: &Stage, told: &Told) -> Self {
        let mut teams: Vec<usize> = told.cards.iter().map(|card| card.team).collect();
        teams.sort_by_key(|team| stage.cast.teams[*team].submission_id);
        teams.dedup();
        let mut judges: Vec<usize> = told.cards.iter().map(|card| card.judge).collect();
        judges.sort_by_key(|judge| stage.cast.judges[*judge].actor.person_id);
        judges.dedup();
        let place = |of: &[usize]| -> BTreeMap<usize, usize> {
            of.iter().enumerate().map(|(at, n)| (*n, at)).collect()
        };
        let (team_at, judge_at) = (place(&teams), place(&judges));
        let scores = told.cards.iter().filter_map(|card| {
            Some(Score {
                entry: *team_at.get(&card.team)?,
                judge: *judge_at.get(&card.judge)?,
                total: card.total,
            })
        });
        let entry = |team: &usize| EntryId::new(stage.cast.teams[*team].submission_id.to_string());
        let judge =
            |judge: &usize| JudgeId::new(stage.cast.judges[*judge].actor.person_id.to_string());
        let model = Model::fitted(
            teams.iter().map(entry).collect(),
            judges.iter().map(judge).collect(),
            scores.collect(),
            None,
        );
        Self::from_model(&model, &teams, &judges)
    }

    fn from_model(model: &Model, teams: &[usize], judges: &[usize]) -> Self {
        let (Ok(fit), None) = (&model.fit, &model.refusal) else {
            tracing::info!(refusal = ?model.refusal, "demo.severities.not_estimated");
            return Self::default();
        };
        let effects = judges.iter().zip(&fit.judges);
        let standings = model.standings(None, &Seed([0; 32]));
        Self {
            severities: effects
                .map(|(judge, e)| (*judge, (thousandths(e.blup), thousandths(e.pev_sd))))
                .collect(),
            intervals: teams
                .iter()
                .zip(standings)
                .map(|(team, Standing { low, high, .. })| {
                    let (low, high) = (thousandths(low), thousandths(high));
                    (*team, Interval { low, high })
                })
                .collect(),
        }
    }

    /// How severe the judge at a position is, and the standard deviation of the error, in thousandths.
    pub(crate) fn severity(&self, judge: usize) -> Option<(i64, i64)> {
        self.severities.get(&judge).copied()
    }

    /// The 90 % interval of a team's score: of the score without its judges' severities; where the engine
    /// refuses, of the plain mean.
    pub(crate) fn interval(&self, team: usize, row: &RankingRow) -> Interval {
        let known = self.intervals.get(&team).copied();
        known.unwrap_or_else(|| {
            let reach = thousandths(NINETY_PERCENT * row.standard_error_thousandths as f64 / 1e3);
            Interval {
                low: row.raw_score_thousandths - reach,
                high: row.raw_score_thousandths + reach,
            }
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are within a rubric's scale"
)]
fn thousandths(points: f64) -> i64 {
    (points * 1_000.0).round() as i64
}
