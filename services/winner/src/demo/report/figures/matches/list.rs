//! Every challenge with the submissions proposed for it.

use serde::Serialize;

use super::points;
use crate::demo::report::words::{Language, Text};
use crate::demo::story::{ChallengeStory, MatchStory, Story};

/// What a fit is made of: its name in the contract, in Indonesian, in English.
const PARTS: [(&str, &str, &str); 3] = [
    ("issue", "isu", "issue"),
    ("region", "wilayah", "region"),
    ("chosen", "dipilih tim", "chosen by the team"),
];

/// Challenges of one province.
#[derive(Debug, Serialize)]
pub(in crate::demo::report) struct Group {
    province: Text,
    challenges: Vec<Challenge>,
}

#[derive(Debug, Serialize)]
struct Challenge {
    title: String,
    government: String,
    issue: Text,
    tally: Text,
    matches: Vec<Match>,
}

#[derive(Debug, Serialize)]
struct Match {
    title: String,
    /// Of the best fit of all, in per cent.
    share: usize,
    points: Text,
    /// What the fit is made of, in points.
    parts: Text,
    accepted: bool,
}

/// Every challenge with its matches, by province.
pub(in crate::demo::report) fn groups(story: &Story) -> Vec<Group> {
    let all = story.challenges.iter().flat_map(|c| &c.matches);
    let best = all.map(|m| m.score_micro).max().unwrap_or(0).max(1);
    let mut groups: Vec<Group> = Vec::new();
    let mut sorted: Vec<&ChallengeStory> = story.challenges.iter().collect();
    sorted.sort_by_key(|c| province_of(&c.region_code));
    for of_one in sorted.chunk_by(|a, b| province_of(&a.region_code) == province_of(&b.region_code))
    {
        let code = of_one.first().map_or("", |c| province_of(&c.region_code));
        let name = story
            .provinces
            .iter()
            .find(|p| p.id == code)
            .map_or_else(|| Text::same(code), Text::from);
        groups.push(Group {
            province: name,
            challenges: of_one.iter().map(|c| challenge(story, c, best)).collect(),
        });
    }
    groups
}

/// The province of a region: what stands before the first point of its code.
fn province_of(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

fn challenge(story: &Story, of: &ChallengeStory, best: i64) -> Challenge {
    let accepted = of.matches.iter().filter(|m| m.accepted).count();
    Challenge {
        title: of.title.clone(),
        government: of.government.clone(),
        issue: story
            .issues
            .iter()
            .find(|i| i.id == of.issue_id)
            .map_or_else(|| Text::same(&of.issue_id), Text::from),
        tally: Text::said(|l| match l {
            Language::Indonesian => format!(
                "{} diusulkan, {} diterima",
                l.whole(of.matches.len()),
                l.whole(accepted)
            ),
            Language::English => format!(
                "{} proposed, {} accepted",
                l.whole(of.matches.len()),
                l.whole(accepted)
            ),
        }),
        matches: of
            .matches
            .iter()
            .map(|m| Match {
                title: m.title.clone(),
                share: usize::try_from(m.score_micro * 100 / best).unwrap_or(0),
                points: Text::said(|l| l.decimal(points(m.score_micro), 1)),
                parts: Text::said(|l| parts(m, l)),
                accepted: m.accepted,
            })
            .collect(),
    }
}

fn parts(of: &MatchStory, language: Language) -> String {
    let part = |(what, micro): &(String, i64)| {
        let named = PARTS.iter().find(|(part, ..)| part == what);
        let name = named.map_or(what.as_str(), |(_, id, en)| match language {
            Language::Indonesian => id,
            Language::English => en,
        });
        format!("{name}\u{a0}{}", language.decimal(points(*micro), 1))
    };
    of.parts
        .iter()
        .map(part)
        .collect::<Vec<_>>()
        .join(" \u{b7} ")
}
