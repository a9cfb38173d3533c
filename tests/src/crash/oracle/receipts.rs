//! Nothing that a team has a receipt for is lost, and nothing was accepted that no team knows of.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::crash::journal::Accepted;
use crate::crash::rig::Rig;
use crate::crash::sql;

pub(super) async fn judge(rig: &Rig) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    let mut kept: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in sql::rows(
        &rig.admin,
        "select r.submission_id::text, r.number, encode(r.content_hash, 'hex'), s.state,
                r.version::text, (v.content_hash = r.content_hash)::text
         from   intake.receipts r
         join   intake.submissions s using (submission_id)
         left   join intake.submission_versions v
         on     v.submission_id = r.submission_id
         and    v.version = r.version",
    )
    .await?
    {
        if let Some(earlier) = kept.insert(row[0].clone(), row) {
            violations.push(format!("two receipts for one submission: {earlier:?}"));
        }
    }
    let told = events(rig).await?;
    for accepted in rig.journal.all_accepted() {
        let id = accepted.submission.to_string();
        match kept.remove(&id) {
            None => violations.push(format!("accepted and lost: {:?}", accepted.receipt)),
            Some(row) => violations.extend(differs(&accepted, &row)),
        }
        let expected = expected_events(&accepted);
        let found = told.get(&id).cloned().unwrap_or_default();
        if found != expected {
            violations.push(format!("{id}: told {found:?}, expected {expected:?}"));
        }
    }
    violations.extend(
        kept.values()
            .map(|row| format!("accepted, and no team knows: {row:?}")),
    );
    Ok(violations)
}

/// What was said about each submission, in order: the event's name and its content hash.
async fn events(rig: &Rig) -> Result<BTreeMap<String, Vec<(String, String)>>> {
    let mut told: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in sql::rows(
        &rig.admin,
        "select aggregate_id, name,
                coalesce(convert_from(payload, 'UTF8')::jsonb ->> 'contentHash', '')
         from intake.published where aggregate_type = 'submission' order by aggregate_id, count",
    )
    .await?
    {
        told.entry(row[0].clone())
            .or_default()
            .push((row[1].clone(), row[2].clone()));
    }
    Ok(told)
}

fn expected_events(accepted: &Accepted) -> Vec<(String, String)> {
    let mut expected = vec![(
        "submitted".to_owned(),
        accepted.receipt.content_hash.clone(),
    )];
    if accepted.withdrawn {
        expected.push(("withdrawn".to_owned(), String::new()));
    }
    expected
}

fn differs(accepted: &Accepted, row: &[String]) -> Option<String> {
    let state = if accepted.withdrawn {
        "withdrawn"
    } else {
        "submitted"
    };
    let expected = [
        accepted.receipt.number.as_str(),
        accepted.receipt.content_hash.as_str(),
        state,
        "1",
        "true",
    ];
    (row[1..] != expected).then(|| format!("kept {row:?}, the team has {:?}", accepted.receipt))
}
