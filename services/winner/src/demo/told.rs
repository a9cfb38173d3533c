//! What came of the steps, as far as they were taken: the story is told from it at the end.

use tokio::time::Instant;
use winner_proto::judging::v1::RankingRow;
use winner_proto::matching::v1::Match;
use winner_proto::notification::v1::Message;

use super::Stage;
use super::story::{Counts, StepTime};

/// What came of everything.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Whole numbers.
    pub(crate) counts: Counts,
    /// How long each step took.
    pub(crate) steps: Vec<StepTime>,
    /// Every match, with the government's answer.
    pub(crate) matches: Vec<Match>,
    /// SHA-256 of the panel as it was confirmed.
    pub(crate) panel_hash: String,
    /// How many judges have a seat in it.
    pub(crate) seated_judges: usize,
    /// Who had to give up whose submission during the round.
    pub(crate) given_up: Vec<GivenUp>,
    /// The scorecards as they were handed in.
    pub(crate) cards: Vec<Card>,
    /// SHA-256 of the ranking.
    pub(crate) ranking_hash: String,
    /// SHA-256 of what the ranking was computed from.
    pub(crate) inputs_hash: String,
    /// The rows of the published result, best first.
    pub(crate) rows: Vec<RankingRow>,
    /// Messages of the edition.
    pub(crate) messages: Vec<Message>,
}

/// A scorecard that was handed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Card {
    /// The judge's position.
    pub(crate) judge: usize,
    /// The team's position.
    pub(crate) team: usize,
    /// The weighted total, in points.
    pub(crate) total: f64,
}

/// A seat that a judge lost while the round was open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenUp {
    /// The judge's position.
    pub(crate) judge: usize,
    /// The team's position.
    pub(crate) team: usize,
    /// How it came: `recused` or `declared_late`.
    pub(crate) kind: &'static str,
}

impl Told {
    /// Notes a step that began at `began` and has ended now, and says so.
    pub(crate) fn step(
        &mut self,
        stage: &Stage,
        began: Instant,
        name: &str,
        count: usize,
        line: impl AsRef<str>,
    ) {
        let seconds = began.elapsed().as_secs_f64();
        stage.progress.step(format!(
            "{} … {seconds:.1} s, {:.0}/s",
            line.as_ref(),
            count as f64 / seconds.max(0.001)
        ));
        self.steps.push(StepTime {
            name: name.to_owned(),
            count,
            seconds,
        });
    }
}
