//! Every consumer applied every event once and in order, says its witness; and its effects agree.

use std::collections::BTreeMap;

use anyhow::Result;
use winner::registry::{SERVICES, consumers};

use crate::crash::rig::Rig;
use crate::crash::sql;

pub(super) async fn judge(rig: &Rig) -> Result<Vec<String>> {
    let mut violations = applied(rig).await?;
    for service in SERVICES {
        let dead = sql::rows(
            &rig.admin,
            format!(
                "select consumer, subject, cause, state from {}.dead_letters
                 where state in ('open', 'replay', 'skip')",
                service.name
            ),
        )
        .await?;
        violations.extend(
            dead.iter()
                .map(|row| format!("{}: a dead letter: {row:?}", service.name)),
        );
    }
    violations.extend(effects(rig).await?);
    Ok(violations)
}

/// Whether each aggregate was applied as 1, 2, 3, … and to its end.
async fn applied(rig: &Rig) -> Result<Vec<String>> {
    let mut seen: BTreeMap<[String; 4], Vec<i64>> = BTreeMap::new();
    for row in sql::rows(
        &rig.admin,
        "select service, consumer, aggregate_type, aggregate_id, count::text
         from witness.applied order by position",
    )
    .await?
    {
        let key = [
            row[0].clone(),
            row[1].clone(),
            row[2].clone(),
            row[3].clone(),
        ];
        seen.entry(key).or_default().push(row[4].parse()?);
    }
    let mut violations = Vec::new();
    for spec in consumers() {
        for row in sql::rows(
            &rig.admin,
            format!(
                "select aggregate_type, aggregate_id, count::text from {}.aggregates
                 where aggregate_type in ({})",
                spec.producer,
                super::quoted(spec.aggregates)
            ),
        )
        .await?
        {
            let key = [
                spec.owner.to_owned(),
                spec.name.to_owned(),
                row[0].clone(),
                row[1].clone(),
            ];
            let expected: Vec<i64> = (1..=row[2].parse()?).collect();
            let found = seen.remove(&key).unwrap_or_default();
            if found != expected {
                violations.push(format!("{key:?}: applied {found:?}, expected {expected:?}"));
            }
        }
    }
    violations.extend(
        seen.keys()
            .map(|key| format!("{key:?}: applied, and nobody said it")),
    );
    Ok(violations)
}

/// Whether what the consumers keep is what the teams know.
async fn effects(rig: &Rig) -> Result<Vec<String>> {
    let mut copies: BTreeMap<String, String> = sql::rows(
        &rig.admin,
        "select submission_id::text, standing from matching.submissions",
    )
    .await?
    .into_iter()
    .map(|row| (row[0].clone(), row[1].clone()))
    .collect();
    let mut violations = Vec::new();
    for accepted in rig.journal.all_accepted() {
        let expected = if accepted.withdrawn {
            "withdrawn"
        } else {
            "submitted"
        };
        let found = copies.remove(&accepted.submission.to_string());
        if found.as_deref() != Some(expected) {
            violations.push(format!(
                "matching's copy of {}: {found:?}, expected {expected}",
                accepted.submission
            ));
        }
    }
    violations.extend(
        copies
            .keys()
            .map(|id| format!("matching knows {id}, and no team does")),
    );
    Ok(violations)
}
