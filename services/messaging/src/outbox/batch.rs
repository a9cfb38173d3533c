//! Writing the events of many aggregates in one statement, each the next one of its own.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::ids::Ids;
use winner_platform::time::BusinessTime;
use winner_proto::event::{Event, EventDescriptor};

use super::{MAX_LOCKED, OutboxError, checked_id, encode, visibility_text};
use crate::ledger::Origin;

/// Events that one unit writes together: at most one for each aggregate, at most 500.
#[derive(Debug, Default)]
pub struct Batch {
    events: BTreeMap<(&'static str, String), Written>,
}

#[derive(Debug)]
struct Written {
    descriptor: &'static EventDescriptor,
    edition: Option<String>,
    payload: Vec<u8>,
}

impl Batch {
    /// Adds the next event of an aggregate.
    ///
    /// # Errors
    /// As [`crate::Unit::append`]; and [`OutboxError::Twice`] where the batch has one of this aggregate.
    pub fn add<E: Event>(
        &mut self,
        aggregate_id: &str,
        edition: Option<&str>,
        event: &E,
    ) -> Result<(), OutboxError> {
        checked_id(aggregate_id)?;
        let descriptor = E::DESCRIPTOR;
        let written = Written {
            descriptor,
            edition: edition.map(str::to_owned),
            payload: encode(event)?,
        };
        let aggregate = (descriptor.aggregate, aggregate_id.to_owned());
        match self.events.insert(aggregate, written) {
            None => Ok(()),
            Some(_) => Err(OutboxError::Twice),
        }
    }

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// Writes a batch, with the counters locked in the order of their aggregates; see
/// [`crate::Unit::append_all`].
pub(crate) async fn append(
    conn: &mut PgConnection,
    origin: &Origin,
    ids: &Ids,
    time: BusinessTime,
    batch: Batch,
) -> Result<(), OutboxError> {
    if batch.len() > MAX_LOCKED {
        return Err(OutboxError::TooMany(batch.len()));
    }
    let mut columns = Columns::default();
    for ((aggregate, id), written) in batch.events {
        columns.push(ids.uuid(), aggregate, id, written);
    }
    sqlx::query!(
        "with new as (
             select *
             from   unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[],
                           $7::text[], $8::bytea[])
                    as n (id, aggregate_type, aggregate_id, name, version, visibility, edition, payload)
         ),
         numbered as (
             insert into aggregates as a (aggregate_type, aggregate_id, epoch, count)
             select   n.aggregate_type, n.aggregate_id, e.epoch, 1
             from     new n
             cross join ledger_epoch e
             order by n.aggregate_type, n.aggregate_id collate \"C\"
             on conflict (aggregate_type, aggregate_id) do update
                 set count = case when a.epoch < excluded.epoch then 1 else a.count + 1 end,
                     epoch = greatest(a.epoch, excluded.epoch)
             returning aggregate_type, aggregate_id, epoch, count
         )
         insert into outbox
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, causation, traceparent, payload)
         select n.id, n.aggregate_type, n.aggregate_id, c.epoch, c.count, n.name, n.version, n.visibility,
                n.edition, $9, $10, $11, $12, n.payload
         from   new n
         join   numbered c using (aggregate_type, aggregate_id)",
        &columns.ids,
        &columns.types,
        &columns.aggregates,
        &columns.names,
        &columns.versions,
        &columns.visibilities,
        &columns.editions as &[Option<String>],
        &columns.payloads,
        time.as_offset(),
        origin.correlation,
        origin.causation,
        origin.traceparent,
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    types: Vec<String>,
    aggregates: Vec<String>,
    names: Vec<String>,
    versions: Vec<i32>,
    visibilities: Vec<String>,
    editions: Vec<Option<String>>,
    payloads: Vec<Vec<u8>>,
}

impl Columns {
    fn push(&mut self, id: Uuid, aggregate: &str, aggregate_id: String, written: Written) {
        let descriptor = written.descriptor;
        self.ids.push(id);
        self.types.push(aggregate.to_owned());
        self.aggregates.push(aggregate_id);
        self.names.push(descriptor.name.to_owned());
        self.versions
            .push(i32::try_from(descriptor.version).unwrap_or(i32::MAX));
        self.visibilities
            .push(visibility_text(descriptor.visibility).to_owned());
        self.editions.push(written.edition);
        self.payloads.push(written.payload);
    }
}
