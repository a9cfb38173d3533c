//! What was planted, so that whoever looks for it can be held against it: `truth.json`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::Stage;
use super::cast::Fate;
use super::telling::label;
use super::texts::containment;
use super::told::Told;

/// The truth. Scores are thousandths of a point.
#[derive(Debug, Serialize)]
pub(crate) struct Truth {
    seed: u64,
    data_notice: String,
    copies: Vec<Copy>,
    conflicts: Vec<Conflict>,
    judges: Vec<JudgeTruth>,
    submissions: Vec<SubmissionTruth>,
}

/// A submission that was copied, some words changed.
#[derive(Debug, Serialize)]
struct Copy {
    original_submission_id: String,
    copied_submission_id: String,
    /// The share of five-word runs that both hold, of the smaller.
    shared: f64,
}

/// A judge who must not see a submission.
#[derive(Debug, Serialize)]
struct Conflict {
    judge: String,
    judge_person_id: String,
    submission_id: String,
    kind: &'static str,
}

/// By how much a judge scores higher than others.
#[derive(Debug, Serialize)]
struct JudgeTruth {
    judge: String,
    person_id: String,
    severity_thousandths: i64,
}

/// How good a submission is, and what befell it.
#[derive(Debug, Serialize)]
struct SubmissionTruth {
    submission_id: String,
    quality_thousandths: i64,
    fate: &'static str,
}

/// Writes down what was planted.
///
/// # Errors
/// When the cast names a team or a judge that it does not hold.
pub(crate) fn of(stage: &Stage, told: &Told) -> Result<Truth> {
    let cast = &stage.cast;
    let conflict = |judge: usize, team: usize, kind| {
        let team = cast.teams.get(team).context("a conflict without a team")?;
        let person = cast
            .judges
            .get(judge)
            .context("a conflict without a judge")?;
        anyhow::Ok(Conflict {
            judge: label(judge),
            judge_person_id: person.actor.person_id.to_string(),
            submission_id: team.submission_id.to_string(),
            kind,
        })
    };
    let planted = cast.conflicts.iter();
    let planted = planted.map(|c| conflict(c.judge, c.team, c.kind.code()));
    let given_up = told.given_up.iter();
    let given_up = given_up.map(|g| conflict(g.judge, g.team, g.kind));
    Ok(Truth {
        seed: cast.seed.cast_unsigned(),
        data_notice: stage.definition.data_notice.clone(),
        copies: copies(stage),
        conflicts: planted.chain(given_up).collect::<Result<_>>()?,
        judges: cast
            .judges
            .iter()
            .enumerate()
            .map(|(n, judge)| JudgeTruth {
                judge: label(n),
                person_id: judge.actor.person_id.to_string(),
                severity_thousandths: judge.severity,
            })
            .collect(),
        submissions: cast
            .teams
            .iter()
            .map(|team| SubmissionTruth {
                submission_id: team.submission_id.to_string(),
                quality_thousandths: team.quality,
                fate: match team.fate {
                    Fate::Eligible => "eligible",
                    Fate::Ineligible => "ineligible",
                    Fate::Late => "late",
                    Fate::Incomplete => "incomplete",
                },
            })
            .collect(),
    })
}

fn copies(stage: &Stage) -> Vec<Copy> {
    let teams = &stage.cast.teams;
    let copies = stage.cast.copies.iter();
    copies
        .map(|copied| {
            let (original, copy) = (&teams[copied.original], &teams[copied.copy]);
            let shared = containment(&original.proposal.shingles(), &copy.proposal.shingles());
            Copy {
                original_submission_id: original.submission_id.to_string(),
                copied_submission_id: copy.submission_id.to_string(),
                shared: (shared * 1_000.0).round() / 1_000.0,
            }
        })
        .collect()
}
