//! What happened in a demo, as data: `summary.json` is this, and the report is drawn from nothing else.

use serde::{Deserialize, Serialize};

/// The whole story. Scores are thousandths of a point of the rubric; shares are 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Story {
    /// Decides everything the made-up people do.
    pub(crate) seed: u64,
    /// The edition, in both languages.
    pub(crate) edition: Titled,
    /// What marks the data as made up.
    pub(crate) data_notice: String,
    /// Whole numbers of each step, in the order in which they came about.
    pub(crate) counts: Counts,
    /// How long each step took, in the order in which they were taken.
    pub(crate) steps: Vec<StepTime>,
    /// The seven issues.
    pub(crate) issues: Vec<Titled>,
    /// The provinces, by region code.
    pub(crate) provinces: Vec<Titled>,
    /// How far submissions of a province and an issue came; absent cells had none.
    pub(crate) funnel: Vec<FunnelCell>,
    /// Challenges with the submissions proposed for them.
    pub(crate) challenges: Vec<ChallengeStory>,
    /// Judges, in the order of their invitation.
    pub(crate) judges: Vec<JudgeStory>,
    /// The published ranking, best first.
    pub(crate) ranking: Vec<RankedStory>,
    /// What one submission set in motion, over all services, earliest first.
    pub(crate) timeline: Timeline,
    /// Mails by what they told, most frequent first.
    pub(crate) mails: Vec<MailKind>,
    /// SHA-256 of the confirmed panel.
    pub(crate) panel_hash: String,
    /// SHA-256 of the ranking.
    pub(crate) ranking_hash: String,
    /// SHA-256 of what the ranking was computed from.
    pub(crate) inputs_hash: String,
}

/// Something with an id and a name in both languages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Titled {
    /// Its id or region code.
    pub(crate) id: String,
    /// Indonesian.
    pub(crate) title_id: String,
    /// English.
    pub(crate) title_en: String,
}

/// Whole numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Offices that were offered by mail and accepted.
    pub(crate) offices: usize,
    /// Challenges published.
    pub(crate) challenges: usize,
    /// Submissions drafted.
    pub(crate) drafted: usize,
    /// Submissions accepted in time.
    pub(crate) accepted: usize,
    /// Submissions refused because they came late.
    pub(crate) refused_late: usize,
    /// Submissions refused because something was missing.
    pub(crate) refused_incomplete: usize,
    /// Announced as eligible.
    pub(crate) eligible: usize,
    /// Announced as ineligible.
    pub(crate) ineligible: usize,
    /// Matches proposed.
    pub(crate) matches_proposed: usize,
    /// Matches that a government accepted.
    pub(crate) matches_accepted: usize,
    /// Seats of the panel.
    pub(crate) seats: usize,
    /// Scorecards that count.
    pub(crate) scorecards: usize,
    /// Judges who stepped back and were replaced.
    pub(crate) replaced: usize,
    /// Mails that the mail server took.
    pub(crate) mails: usize,
    /// SMS that telephones received.
    pub(crate) texts: usize,
    /// Events that were brought to the service outside.
    pub(crate) webhooks: usize,
    /// Messages whose fate cannot be said.
    pub(crate) unknown: usize,
}

/// One step of the edition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepTime {
    /// What was done, in English, as the terminal says it.
    pub(crate) name: String,
    /// How many things.
    pub(crate) count: usize,
    /// How long it took, waiting for business time left out.
    pub(crate) seconds: f64,
}

/// Submissions of one province and issue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FunnelCell {
    /// The province.
    pub(crate) region_code: String,
    /// The issue.
    pub(crate) issue_id: String,
    /// Drafted.
    pub(crate) drafted: usize,
    /// Accepted in time.
    pub(crate) accepted: usize,
    /// Announced as eligible.
    pub(crate) eligible: usize,
    /// With a match that a government accepted.
    pub(crate) matched: usize,
    /// Ranked.
    pub(crate) ranked: usize,
}

/// A challenge and who could solve it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChallengeStory {
    /// Its id.
    pub(crate) challenge_id: String,
    /// The government's region code.
    pub(crate) region_code: String,
    /// The government's name.
    pub(crate) government: String,
    /// Its issue.
    pub(crate) issue_id: String,
    /// Its title, in Indonesian.
    pub(crate) title: String,
    /// Proposed submissions, best fit first.
    pub(crate) matches: Vec<MatchStory>,
}

/// A submission proposed for a challenge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MatchStory {
    /// The submission.
    pub(crate) submission_id: String,
    /// Its title, in Indonesian.
    pub(crate) title: String,
    /// Fit, in millionths.
    pub(crate) score_micro: i64,
    /// The parts of the fit: what and how many millionths.
    pub(crate) parts: Vec<(String, i64)>,
    /// Whether the government accepted.
    pub(crate) accepted: bool,
}

/// A judge without a name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct JudgeStory {
    /// As in `Juri 7`.
    pub(crate) label: String,
    /// How many scorecards.
    pub(crate) load: usize,
    /// How many points higher than others they were made to score.
    pub(crate) planted_thousandths: i64,
    /// What the ranking engine makes of the scores alone; absent where it refuses.
    pub(crate) estimated_thousandths: Option<i64>,
    /// Standard deviation of that estimate's error.
    pub(crate) error_thousandths: Option<i64>,
}

/// One row of the ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RankedStory {
    /// 1 is best; equal entries share a rank.
    pub(crate) rank: u32,
    /// The submission.
    pub(crate) submission_id: String,
    /// Its title, in Indonesian.
    pub(crate) title: String,
    /// The province.
    pub(crate) region_code: String,
    /// The issue.
    pub(crate) issue_id: String,
    /// The published score.
    pub(crate) score_thousandths: i64,
    /// 90 % interval of the score: lower end.
    pub(crate) low_thousandths: i64,
    /// ... and upper end.
    pub(crate) high_thousandths: i64,
    /// Reviews.
    pub(crate) reviews: u32,
    /// How good it was made to be.
    pub(crate) quality_thousandths: i64,
    /// Why it stands before an entry of equal score; empty where nothing had to be decided.
    pub(crate) tie_break: String,
}

/// One submission's way, from its trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timeline {
    /// The trace, 32 hexadecimal digits; empty when there is none.
    pub(crate) trace_id: String,
    /// Its spans, earliest first.
    pub(crate) spans: Vec<SpanStory>,
}

/// One piece of work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SpanStory {
    /// 16 hexadecimal digits.
    pub(crate) span_id: String,
    /// The span it is part of; empty for the first.
    pub(crate) parent_id: String,
    /// `intake`, `matching`, `judging` or `notification`.
    pub(crate) service: String,
    /// What was done.
    pub(crate) name: String,
    /// Microseconds of real time since the first span began.
    pub(crate) start_micros: u64,
    /// How long it took, in microseconds.
    pub(crate) duration_micros: u64,
}

/// Mails that tell the same thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MailKind {
    /// The template's name.
    pub(crate) template: String,
    /// An example's subject line.
    pub(crate) subject: String,
    /// How many were sent.
    pub(crate) sent: usize,
}
