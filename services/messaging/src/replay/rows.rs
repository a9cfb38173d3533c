//! The ledger's rows, page by page, in the order of each aggregate.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::replay::Selection;
use crate::stored::StoredEvent;

/// Rows per page: at most 32 MiB of data.
const PAGE: i64 = 500;

/// An event of the ledger and where the broker put it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) event: StoredEvent,
    pub(super) stream: String,
    pub(super) stream_created: OffsetDateTime,
    pub(super) stream_sequence: i64,
}

/// A position in the order of aggregates and their counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    aggregate_type: String,
    aggregate_id: String,
    epoch: i32,
    count: i64,
}

impl Row {
    pub(super) fn place(&self) -> Place {
        Place {
            aggregate_type: self.event.aggregate_type.clone(),
            aggregate_id: self.event.aggregate_id.clone(),
            epoch: self.event.epoch,
            count: self.event.count,
        }
    }
}

/// The next page after a place. Served by the unique key on (aggregate_type, aggregate_id, epoch,
/// count), whose order it follows; of a whole edition, `published_edition` narrows first.
pub(super) async fn page(
    pool: &PgPool,
    selection: &Selection,
    after: &Place,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query!(
        "select   id, aggregate_type, aggregate_id, epoch, count, name, version, visibility,
                  edition, business_time, correlation, causation, traceparent, tracestate, payload,
                  stream, stream_created, stream_sequence
         from     published
         where    (aggregate_type, aggregate_id, epoch, count) > ($1, $2, $3, $4)
         and      ($5::text is null or aggregate_type = $5)
         and      ($6::text is null or aggregate_id = $6)
         and      ($7::text is null or edition = $7)
         order by aggregate_type, aggregate_id, epoch, count
         limit    $8",
        after.aggregate_type,
        after.aggregate_id,
        after.epoch,
        after.count,
        selection.aggregate,
        selection.aggregate_id,
        selection.edition,
        PAGE,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row {
            event: StoredEvent {
                id: row.id,
                aggregate_type: row.aggregate_type,
                aggregate_id: row.aggregate_id,
                epoch: row.epoch,
                count: row.count,
                name: row.name,
                version: row.version,
                visibility: row.visibility,
                edition: row.edition,
                business_time: row.business_time,
                correlation: row.correlation,
                causation: row.causation,
                traceparent: row.traceparent,
                tracestate: row.tracestate,
                payload: row.payload,
            },
            stream: row.stream,
            stream_created: row.stream_created,
            stream_sequence: row.stream_sequence,
        })
        .collect())
}

/// Keeps where an event lies now.
pub(super) async fn keep(
    pool: &PgPool,
    id: Uuid,
    stream: &str,
    created: OffsetDateTime,
    sequence: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update published
         set    stream = $2,
                stream_created = $3,
                stream_sequence = $4,
                published_at = clock_timestamp()
         where  id = $1",
        id,
        stream,
        created,
        i64::try_from(sequence).unwrap_or(i64::MAX),
    )
    .execute(pool)
    .await?;
    Ok(())
}
