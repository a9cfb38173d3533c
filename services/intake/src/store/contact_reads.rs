//! Table `intake.contact_reads`: who read contacts, and what for.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::StoreError;

/// One batch of contacts that a service read.
#[derive(Debug)]
pub(crate) struct ContactRead<'a> {
    pub(crate) id: Uuid,
    pub(crate) service: &'a str,
    pub(crate) purpose: &'static str,
    pub(crate) persons: &'a [Uuid],
    pub(crate) memberships: &'a [Uuid],
    pub(crate) found: i32,
    pub(crate) at: BusinessTime,
}

/// Records a batch.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    read: &ContactRead<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO intake.contact_reads
                (contact_read_id, service, purpose, person_ids, membership_ids, found, read_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        read.id,
        read.service,
        read.purpose,
        read.persons,
        read.memberships,
        read.found,
        read.at.as_offset(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
