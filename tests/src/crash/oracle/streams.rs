//! The streams hold what the ledgers say, where they say, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use async_nats::jetstream;
use futures::TryStreamExt as _;
use winner::registry::SERVICES;
use winner_proto::event::Visibility;

use super::Exceptions;
use crate::crash::rig::Rig;
use crate::crash::sql;

/// Where the ledger says an event is.
type Ledger = BTreeMap<u64, String>;

pub(super) async fn judge(rig: &Rig, exceptions: &Exceptions) -> Result<Vec<String>> {
    let realm = rig.installation.realm();
    let jetstream = rig.jetstream().await?;
    let mut violations = Vec::new();
    for service in SERVICES {
        for visibility in [Visibility::Public, Visibility::Internal] {
            let name = realm.naming().stream(service.name, visibility);
            let ledger = ledger(rig, service.name, &name).await?;
            let held = held(&jetstream, &name).await?;
            for (sequence, id) in &ledger {
                let deleted = exceptions.deleted.contains(&(name.clone(), *sequence));
                if !deleted && held.get(sequence) != Some(id) {
                    violations.push(format!("{name}: event {id} is not at {sequence}"));
                }
            }
            let known: BTreeSet<&String> = ledger.values().collect();
            violations.extend(
                held.iter()
                    .filter(|(_, id)| !known.contains(id))
                    .map(|(sequence, id)| format!("{name}: {id} at {sequence} is in no ledger")),
            );
        }
    }
    Ok(violations)
}

async fn ledger(rig: &Rig, service: &str, stream: &str) -> Result<Ledger> {
    let rows = sql::rows(
        &rig.admin,
        format!("select stream_sequence::text, id::text from {service}.published where stream = '{stream}'"),
    )
    .await?;
    rows.into_iter()
        .map(|row| Ok((row[0].parse()?, row[1].clone())))
        .collect()
}

/// The id of every message that a stream holds, by sequence.
async fn held(jetstream: &jetstream::Context, name: &str) -> Result<Ledger> {
    let mut held = Ledger::new();
    let names: BTreeSet<String> = jetstream.stream_names().try_collect().await?;
    if !names.contains(name) {
        // A service without aggregates of this visibility has no such stream.
        return Ok(held);
    }
    let mut stream = jetstream
        .get_stream(name)
        .await
        .with_context(|| name.to_owned())?;
    let state = stream.info().await?.state.clone();
    if state.messages == 0 {
        return Ok(held);
    }
    for sequence in state.first_sequence..=state.last_sequence {
        let message = match stream.get_raw_message(sequence).await {
            Ok(message) => message,
            Err(error)
                if error.kind() == jetstream::stream::RawMessageErrorKind::NoMessageFound =>
            {
                continue;
            }
            Err(error) => return Err(error).with_context(|| format!("{name}, {sequence}")),
        };
        // Not `Nats-Msg-Id`, which a replay changes.
        let id = message.headers.get("ce-id").map(ToString::to_string);
        held.insert(sequence, id.unwrap_or_default());
    }
    Ok(held)
}
