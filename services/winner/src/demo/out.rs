//! What the demo leaves behind: the ranking as a table, the mails, SMS and webhooks as they arrived, the
//! story and its report, the truth.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Stage;
use super::report;
use super::story::Story;
use super::told::Told;
use super::truth;
use crate::stack::outside::Sms;

/// Writes everything into a folder.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write(folder: &Path, stage: &Stage, told: &Told, story: &Story) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::write(folder.join("ranking.csv"), ranking(stage, told)?)?;
    json(&folder.join("summary.json"), story)?;
    json(&folder.join("truth.json"), &truth::of(stage, told)?)?;
    std::fs::write(folder.join("report.html"), report::render(story)?)?;
    each(&folder.join("mail"), "eml", stage.mailbox.raw_letters()?)?;
    let texts = stage.outside.texts().into_iter().map(|sms| {
        let Sms { to, from, text } = sms;
        format!("To: {to}\nFrom: {from}\n\n{text}\n").into_bytes()
    });
    each(&folder.join("sms"), "txt", texts)?;
    let calls = stage
        .outside
        .calls()
        .into_iter()
        .map(|call| call.body.to_vec());
    each(&folder.join("webhooks"), "json", calls)
}

/// A file each, numbered by arrival, in a folder that holds nothing else.
fn each(folder: &Path, extension: &str, all: impl IntoIterator<Item = Vec<u8>>) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (n, one) in all.into_iter().enumerate() {
        std::fs::write(folder.join(format!("{:04}.{extension}", n + 1)), one)?;
    }
    Ok(())
}

fn json(file: &Path, content: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(content)?;
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// One line an entry, best first. Nothing in it depends on when or where the demo ran.
fn ranking(stage: &Stage, told: &Told) -> Result<String> {
    let mut table =
        String::from("rank,submission,title,region,issue,score,standard_error,reviews,tie_break\n");
    for row in &told.rows {
        let team = stage.cast.team_of(&row.submission_id);
        let (_, team) = team.context("a row that nobody submitted")?;
        writeln!(
            table,
            "{},{},\"{}\",{},{},{},{},{},\"{}\"",
            row.rank,
            row.submission_id,
            team.proposal.title.replace('"', "\"\""),
            team.region.as_str(),
            team.issue_id,
            thousandths(row.raw_score_thousandths),
            thousandths(row.standard_error_thousandths),
            row.review_count,
            row.tie_break_reason.replace('"', "\"\""),
        )?;
    }
    Ok(table)
}

fn thousandths(value: i64) -> String {
    format!("{}.{:03}", value / 1_000, (value % 1_000).abs())
}
