//! Every accepted submission is confirmed by one message; no message went out twice, and what did not
//! go out is called unknown.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Exceptions;
use crate::crash::rig::Rig;
use crate::crash::sql;

pub(super) async fn judge(rig: &Rig, exceptions: &Exceptions) -> Result<Vec<String>> {
    let mut violations = announcements(rig).await?;
    let mut spool: BTreeMap<String, usize> = BTreeMap::new();
    for letter in rig.stack.mailbox().letters()? {
        let id = letter.header("X-Winner-Message").unwrap_or_default();
        *spool.entry(id).or_default() += 1;
    }
    let mut unknown = 0;
    for row in sql::rows(
        &rig.admin,
        "select message_id::text, state from notification.messages",
    )
    .await?
    {
        let copies = spool.remove(&row[0]).unwrap_or_default();
        match (row[1].as_str(), copies) {
            ("sent", 1) => {}
            ("unknown", 0 | 1) => unknown += 1,
            (state, copies) => {
                violations.push(format!("message {} is {state}, {copies} went out", row[0]));
            }
        }
    }
    violations.extend(
        spool
            .keys()
            .map(|id| format!("a mail that nobody wrote: {id}")),
    );
    if unknown > exceptions.unknown {
        violations.push(format!(
            "{unknown} messages are unknown; the kills can explain {} at most",
            exceptions.unknown
        ));
    }
    Ok(violations)
}

/// One message for every `submission.submitted` of the ledger: each team has one member.
async fn announcements(rig: &Rig) -> Result<Vec<String>> {
    let wrong = sql::rows(
        &rig.admin,
        "select p.id::text, p.aggregate_id, m.event_id::text, m.messages::text
         from   (select * from intake.published where aggregate_type = 'submission'
                 and name = 'submitted') as p
         full   join (select event_id, count(*) as messages from notification.messages
                      where template = 'submission_received'
                      group by event_id) as m
         on     m.event_id = p.id
         where  m.messages is distinct from 1
         or     p.id is null",
    )
    .await?;
    Ok(wrong
        .iter()
        .map(|row| format!("event, submission, event of the message, messages: {row:?}"))
        .collect())
}
