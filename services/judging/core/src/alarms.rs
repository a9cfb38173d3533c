//! Alarms: what a human should look at before a result is decided. They advise; no alarm ever changes a
//! score.
//!
//! Where many judges, reviews or pairs are tested at once, the share of false alarms is held down by the
//! procedure of Benjamini & Hochberg ([`crate::fdr`]).

pub mod affinity;
pub mod bloc;
pub mod cut;
pub mod drift;
pub mod judges;
pub mod permutation;
pub mod reciprocity;
pub mod reviews;
pub mod sequence;
pub mod texts;

use serde::Serialize;

pub use texts::Alarm;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "alarm", rename_all = "snake_case")]
pub enum Finding {
    /// A review far from what the other reviews predict.
    OutlyingReview {
        /// The entry.
        entry: String,
        /// The judge.
        judge: String,
        /// How many standard deviations from the prediction without this review.
        z: f64,
        /// The adjusted p-value.
        q: f64,
    },
    /// A judge far stricter or more lenient than the others.
    SevereJudge {
        /// The judge.
        judge: String,
        /// The leniency; negative is strict.
        leniency: f64,
        /// The same in standard deviations of judges.
        sds: f64,
    },
    /// A judge whose scores follow the entries less than the others' do.
    ErraticJudge {
        /// The judge.
        judge: String,
        /// The mean square of the standardised residuals; 1 is usual.
        mean_square: f64,
        /// The adjusted p-value.
        q: f64,
    },
    /// A judge whose scores are nearer to what the others predict than chance would have it.
    MutedJudge {
        /// The judge.
        judge: String,
        /// The mean square of the standardised residuals; 1 is usual.
        mean_square: f64,
        /// The adjusted p-value.
        q: f64,
    },
    /// A judge who hardly tells entries apart.
    FlatJudge {
        /// The judge.
        judge: String,
        /// The share of the most frequent score.
        share: f64,
        /// How many reviews.
        reviews: usize,
    },
    /// A judge whose criteria all say the same.
    Halo {
        /// The judge.
        judge: String,
        /// The mean correlation between criteria.
        correlation: f64,
        /// How many reviews.
        reviews: usize,
    },
    /// Entries are scored higher by judges of the same kind (region, institution).
    Affinity {
        /// The column that says the kind.
        column: String,
        /// The judge, or nobody for all judges together.
        judge: Option<String>,
        /// By how many points.
        difference: f64,
        /// The test statistic.
        t: f64,
        /// How many reviews of the same kind.
        home: usize,
        /// The adjusted p-value (of all judges together, the plain one).
        q: f64,
        /// One judge's p-value by permutation.
        permutation: Option<f64>,
    },
    /// Two circles whose judges score each other's entries higher.
    Reciprocity {
        /// The column that says the circle.
        column: String,
        /// The circles.
        circles: [String; 2],
        /// The mean deviation of the first's judges on the second's entries, and the other way, in standard deviations.
        deviations: [f64; 2],
        /// How many reviews either way.
        reviews: [usize; 2],
        /// The adjusted p-value.
        q: f64,
    },
    /// Two judges whose deviations go together.
    Bloc {
        /// The judges.
        judges: [String; 2],
        /// The correlation of their residuals.
        correlation: f64,
        /// How many entries both saw.
        common: usize,
        /// The adjusted p-value.
        q: f64,
    },
    /// A judge whose scores rise or fall as the judging goes on.
    Drift {
        /// The judge.
        judge: String,
        /// Student's t of the trend; negative grows stricter.
        t: f64,
        /// How many reviews.
        reviews: usize,
        /// The adjusted p-value.
        q: f64,
    },
    /// Scores depend on which entry the judge saw just before.
    Sequence {
        /// Student's t; negative where an entry after a good one is scored lower.
        t: f64,
        /// How many reviews came after another.
        reviews: usize,
    },
    /// The judges understand a criterion differently: its anchors want rewriting.
    LowAgreement {
        /// The criterion; nothing for the total.
        criterion: Option<String>,
        /// Krippendorff's ordinal alpha.
        alpha: Option<f64>,
        /// The share of merit in the means (G coefficient).
        generalizability: Option<f64>,
    },
    /// Parts of the round are compared over few common judges.
    WeakLinks {
        /// The spectral gap of the judge-entry graph.
        spectral_gap: f64,
    },
    /// Without one of these judges the round falls into parts that nobody links.
    LinkingJudges {
        /// Who.
        judges: Vec<String>,
    },
    /// An entry for which the cut is nearly a coin toss.
    FragileCut {
        /// The entry.
        entry: String,
        /// The probability to be among the awarded places.
        probability: f64,
    },
    /// Without one judge the awarded places would go to others.
    FragileJudge {
        /// The judge.
        judge: String,
        /// Who would come in.
        would_enter: Vec<String>,
        /// Who would go out.
        would_leave: Vec<String>,
    },
}
