//! Makes the story of what was played: everything in it is from the services' answers or from the cast.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use winner_intake::domain::region::RegionCode;
use winner_proto::matching::v1::{Match, MatchState, Reason};
use winner_proto::types::v1::LocalizedText;

use super::Stage;
use super::cast::{Fate, Team};
use super::estimate::{Estimate, Interval};
use super::story::{
    ChallengeStory, FunnelCell, JudgeStory, MailKind, MatchStory, RankedStory, Story, Timeline,
    Titled,
};
use super::told::Told;

/// Tells the story.
///
/// # Errors
/// When the letters cannot be read, or a result names what nobody handed in.
pub(crate) fn tell(stage: &Stage, told: &Told) -> Result<Story> {
    let definition = &stage.definition;
    let estimate = Estimate::of(stage, told);
    Ok(Story {
        seed: stage.cast.seed.cast_unsigned(),
        edition: titled(&definition.edition_id, definition.title.as_ref()),
        data_notice: definition.data_notice.clone(),
        counts: told.counts.clone(),
        steps: told.steps.clone(),
        issues: definition
            .issues
            .iter()
            .map(|i| titled(&i.issue_id, i.title.as_ref()))
            .collect(),
        provinces: provinces(stage),
        funnel: funnel(stage, told),
        challenges: challenges(stage, told),
        judges: judges(stage, told, &estimate),
        ranking: ranking(stage, told, &estimate)?,
        timeline: Timeline::default(),
        mails: mails(stage, told)?,
        panel_hash: told.panel_hash.clone(),
        ranking_hash: told.ranking_hash.clone(),
        inputs_hash: told.inputs_hash.clone(),
    })
}

fn titled(id: &str, title: Option<&LocalizedText>) -> Titled {
    let title = title.cloned().unwrap_or_default();
    Titled {
        id: id.to_owned(),
        title_id: title.id,
        title_en: title.en,
    }
}

/// Names of the first competition's provinces in English.
const IN_ENGLISH: [(&str, &str); 5] = [
    ("12", "North Sumatra"),
    ("35", "East Java"),
    ("53", "East Nusa Tenggara"),
    ("61", "West Kalimantan"),
    ("73", "South Sulawesi"),
];

fn provinces(stage: &Stage) -> Vec<Titled> {
    let provinces = stage.definition.provinces.iter();
    provinces
        .map(|province| {
            let code = province.region_code.as_str();
            let name = RegionCode::parse(code).map_or(code, |region| region.name());
            let english = IN_ENGLISH.iter().find(|(known, _)| *known == code);
            Titled {
                id: code.to_owned(),
                title_id: name.to_owned(),
                title_en: english.map_or(name, |(_, english)| english).to_owned(),
            }
        })
        .collect()
}

fn province(team: &Team) -> String {
    team.region.province().as_str().to_owned()
}

fn funnel(stage: &Stage, told: &Told) -> Vec<FunnelCell> {
    let accepted = told.matches.iter().filter(|m| is_accepted(m));
    let matched: BTreeSet<&str> = accepted.map(|m| m.submission_id.as_str()).collect();
    let ranked = told.rows.iter().filter(|row| row.rank > 0);
    let ranked: BTreeSet<&str> = ranked.map(|row| row.submission_id.as_str()).collect();
    let mut cells: BTreeMap<(String, String), FunnelCell> = BTreeMap::new();
    for team in &stage.cast.teams {
        let key = (province(team), team.issue_id.clone());
        let cell = cells.entry(key.clone()).or_insert_with(|| FunnelCell {
            region_code: key.0,
            issue_id: key.1,
            ..FunnelCell::default()
        });
        let submission = team.submission_id.to_string();
        let in_time = matches!(team.fate, Fate::Eligible | Fate::Ineligible);
        cell.drafted += 1;
        cell.accepted += usize::from(in_time);
        cell.eligible += usize::from(team.fate == Fate::Eligible);
        cell.matched += usize::from(matched.contains(submission.as_str()));
        cell.ranked += usize::from(ranked.contains(submission.as_str()));
    }
    cells.into_values().collect()
}

fn is_accepted(found: &Match) -> bool {
    found.state() == MatchState::Accepted
}

fn challenges(stage: &Stage, told: &Told) -> Vec<ChallengeStory> {
    let mut by_challenge: BTreeMap<&str, Vec<MatchStory>> = BTreeMap::new();
    // They come from each government best fit first.
    for found in &told.matches {
        let team = stage.cast.team_of(&found.submission_id);
        let title = team.map(|(_, team)| team.proposal.title.clone());
        let matches = by_challenge.entry(&found.challenge_id).or_default();
        matches.push(MatchStory {
            submission_id: found.submission_id.clone(),
            title: title.unwrap_or_default(),
            score_micro: found.score_micro,
            parts: found.reasons.iter().map(part).collect(),
            accepted: is_accepted(found),
        });
    }
    let governments = stage.cast.governments.iter();
    governments
        .map(|government| {
            let challenge_id = government.challenge_id.to_string();
            ChallengeStory {
                region_code: government.region.as_str().to_owned(),
                government: government.region.name().to_owned(),
                issue_id: government.issue_id.clone(),
                title: government.problem.title.clone(),
                matches: by_challenge
                    .remove(challenge_id.as_str())
                    .unwrap_or_default(),
                challenge_id,
            }
        })
        .collect()
}

/// A part of a fit: `issue`, `region`, `chosen` or `text`, and what it adds.
fn part(reason: &Reason) -> (String, i64) {
    let kind = reason.kind().as_str_name();
    let kind = kind.trim_start_matches("REASON_KIND_").to_lowercase();
    (kind, reason.score_micro)
}

fn judges(stage: &Stage, told: &Told, estimate: &Estimate) -> Vec<JudgeStory> {
    let judges = stage.cast.judges.iter().enumerate();
    judges
        .map(|(n, judge)| {
            let estimated = estimate.severity(n);
            JudgeStory {
                label: label(n),
                load: told.cards.iter().filter(|card| card.judge == n).count(),
                planted_thousandths: judge.severity,
                estimated_thousandths: estimated.map(|(value, _)| value),
                error_thousandths: estimated.map(|(_, error)| error),
            }
        })
        .collect()
}

/// How the judge at a position is called where no name is said.
pub(crate) fn label(judge: usize) -> String {
    format!("Juri {}", judge + 1)
}

fn ranking(stage: &Stage, told: &Told, estimate: &Estimate) -> Result<Vec<RankedStory>> {
    let rows = told.rows.iter().filter(|row| row.rank > 0);
    rows.map(|row| {
        let team = stage.cast.team_of(&row.submission_id);
        let (at, team) = team.context("a row that nobody submitted")?;
        let Interval { low, high } = estimate.interval(at, row);
        Ok(RankedStory {
            rank: u32::try_from(row.rank)?,
            submission_id: row.submission_id.clone(),
            title: team.proposal.title.clone(),
            region_code: province(team),
            issue_id: team.issue_id.clone(),
            score_thousandths: row.raw_score_thousandths,
            low_thousandths: low,
            high_thousandths: high,
            reviews: u32::try_from(row.review_count)?,
            quality_thousandths: team.quality,
            tie_break: row.tie_break_reason.clone(),
        })
    })
    .collect()
}

/// What was sent, by template; a letter that no message of the edition tells of is an invitation to an
/// organisation.
fn mails(stage: &Stage, told: &Told) -> Result<Vec<MailKind>> {
    let templates: BTreeMap<&str, &str> = told
        .messages
        .iter()
        .filter_map(|m| Some((m.name.rsplit('/').next()?, m.template.as_str())))
        .collect();
    let mut kinds: BTreeMap<&str, MailKind> = BTreeMap::new();
    for letter in stage.mailbox.letters()? {
        let id = letter.header("X-Winner-Message").unwrap_or_default();
        let template = templates.get(id.as_str()).copied().unwrap_or("invitation");
        let kind = kinds.entry(template).or_insert_with(|| MailKind {
            template: template.to_owned(),
            subject: letter.subject(),
            sent: 0,
        });
        kind.sent += 1;
    }
    let mut kinds: Vec<MailKind> = kinds.into_values().collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.sent));
    Ok(kinds)
}
