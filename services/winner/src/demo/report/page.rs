//! Puts the figures into the page. The template escapes whatever it is given; the drawings alone are markup already.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::figure::Figure;
use super::figures::{funnel, loads, mails, map, matches, ranking, severity, timeline};
use super::words::{Language, Text};
use crate::demo::story::{StepTime, Story};

const TEMPLATES: [(&str, &str); 2] = [
    ("page.html", include_str!("page/page.html")),
    ("parts.html", include_str!("page/parts.html")),
];
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    story: &'a Story,
    title: Text,
    headlines: Vec<Headline>,
    funnel: [Figure; 2],
    matrix: funnel::Matrix,
    map: Figure,
    fit: Figure,
    challenges: Vec<matches::Group>,
    loads: Figure,
    severity: Figure,
    scores: Figure,
    ranking: Vec<ranking::Row>,
    timeline: Figure,
    mails: Figure,
    steps: Vec<Step>,
}

/// A number that comes first, and what it counts.
#[derive(Debug, Serialize)]
struct Headline {
    number: Text,
    label: Text,
    /// What it is part of, or what else is to know.
    note: Text,
}

#[derive(Debug, Serialize)]
struct Step {
    name: String,
    count: Text,
    took: Text,
}

impl<'a> Page<'a> {
    /// # Errors
    /// When a chart cannot be drawn.
    pub(super) fn of(story: &'a Story) -> Result<Self> {
        Ok(Self {
            story,
            title: Text::from(&story.edition),
            headlines: headlines(story),
            funnel: [funnel::by_province(story)?, funnel::by_issue(story)?],
            matrix: funnel::matrix(story),
            map: map::figure(story)?,
            fit: matches::figure(story)?,
            challenges: matches::groups(story),
            loads: loads::figure(story)?,
            severity: severity::figure(story)?,
            scores: ranking::figure(story)?,
            ranking: ranking::rows(story),
            timeline: timeline::figure(story)?,
            mails: mails::figure(story)?,
            steps: story.steps.iter().map(step).collect(),
        })
    }
}

/// Composes the page. Its policy lets no address load and no script run but the page's own.
///
/// # Errors
/// When a template is wrong.
pub(super) fn compose(page: &Page<'_>) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    for (name, source) in TEMPLATES {
        environment
            .add_template(name, source)
            .with_context(|| format!("the template {name}"))?;
    }
    let digest = BASE64_STANDARD.encode(Sha256::digest(SCRIPT));
    let values = context! {
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        digest => Value::from_safe_string(digest),
        ..Value::from(Serde(page))
    };
    environment
        .get_template("page.html")?
        .render(values)
        .context("the page of the report")
}

fn step(step: &StepTime) -> Step {
    Step {
        name: step.name.clone(),
        count: Text::whole(step.count),
        took: Text::said(|l| l.seconds(step.seconds)),
    }
}

fn headlines(story: &Story) -> Vec<Headline> {
    let counts = &story.counts;
    let all = |number: usize, label: (&str, &str), note: &dyn Fn(Language) -> String| Headline {
        number: Text::whole(number),
        label: Text::new(label.0, label.1),
        note: Text::said(note),
    };
    let either = |l: Language, id: String, en: String| match l {
        Language::Indonesian => id,
        Language::English => en,
    };
    let seconds: f64 = story.steps.iter().map(|s| s.seconds).sum();
    vec![
        all(
            counts.accepted,
            ("proposal diterima", "submissions accepted"),
            &|l| {
                let n = l.whole(counts.drafted);
                either(l, format!("dari {n} draf"), format!("of {n} drafts"))
            },
        ),
        all(counts.eligible, ("lolos syarat", "eligible"), &|l| {
            let (n, late) = (l.whole(counts.ineligible), l.whole(counts.refused_late));
            either(
                l,
                format!("{n} tidak; {late} ditolak karena terlambat"),
                format!("{n} not; {late} refused as late"),
            )
        }),
        all(counts.challenges, ("tantangan", "challenges"), &|l| {
            let n = l.whole(story.provinces.len());
            either(l, format!("di {n} provinsi"), format!("in {n} provinces"))
        }),
        all(
            counts.matches_accepted,
            ("pemadanan disepakati", "matches agreed"),
            &|l| {
                let n = l.whole(counts.matches_proposed);
                either(
                    l,
                    format!("dari {n} yang diusulkan"),
                    format!("of {n} proposed"),
                )
            },
        ),
        all(counts.scorecards, ("kartu skor", "scorecards"), &|l| {
            let (judges, replaced) = (l.whole(story.judges.len()), l.whole(counts.replaced));
            either(
                l,
                format!("oleh {judges} juri; {replaced} diganti"),
                format!("by {judges} judges; {replaced} replaced"),
            )
        }),
        all(
            story.ranking.len(),
            ("proposal diperingkat", "submissions ranked"),
            &|l| {
                either(
                    l,
                    "dengan rentang 90%".to_owned(),
                    "with 90% intervals".to_owned(),
                )
            },
        ),
        all(counts.mails, ("surel terkirim", "mails sent"), &|l| {
            let (texts, unknown) = (l.whole(counts.texts), l.whole(counts.unknown));
            either(
                l,
                format!("dan {texts} SMS; {unknown} tidak diketahui nasibnya"),
                format!("and {texts} SMS; fate unknown: {unknown}"),
            )
        }),
        Headline {
            number: Text::said(|l| l.seconds(seconds)),
            label: Text::new("waktu kerja", "working time"),
            note: Text::new("satu edisi penuh", "one whole edition"),
        },
    ]
}
