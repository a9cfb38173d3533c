//! Endpoints and deliveries in the contract's words.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;
use winner_platform::page::Page;
use winner_proto::notification::v1 as wire;

use crate::store::webhooks::deliveries::{self, DeliveryRow};
use crate::store::webhooks::endpoints::{self, EndpointRow};

/// The endpoints of an edition, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(pool: &PgPool, edition_id: &str) -> Result<Vec<wire::Endpoint>, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let rows = endpoints::list(&mut conn, edition_id).await?;
    Ok(rows.iter().map(endpoint_to_wire).collect())
}

/// One endpoint of an edition; `None` where there is none.
///
/// # Errors
/// The database's.
pub async fn read(
    pool: &PgPool,
    edition_id: &str,
    endpoint_id: Uuid,
) -> Result<Option<wire::Endpoint>, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let row = endpoints::read(&mut conn, edition_id, endpoint_id).await?;
    Ok(row.as_ref().map(endpoint_to_wire))
}

/// A page of an endpoint's deliveries, newest first, and the token of the next one; `None` where there is no such
/// endpoint.
///
/// # Errors
/// The database's.
pub async fn deliveries(
    pool: &PgPool,
    edition_id: &str,
    endpoint_id: Uuid,
    state: wire::DeliveryState,
    page: Page,
) -> Result<Option<wire::ListDeliveriesResponse>, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    if endpoints::read(&mut conn, edition_id, endpoint_id)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    let state = STATES
        .iter()
        .find(|(_, known)| *known == state)
        .map(|(code, _)| *code);
    let mut rows =
        deliveries::list(&mut conn, endpoint_id, state, page.after, page.limit()).await?;
    let next_page_token = page.cut(&mut rows, |row| row.delivery_id);
    Ok(Some(wire::ListDeliveriesResponse {
        deliveries: rows
            .into_iter()
            .map(|row| delivery_to_wire(edition_id, endpoint_id, row))
            .collect(),
        next_page_token,
    }))
}

const STATES: &[(&str, wire::DeliveryState)] = &[
    ("pending", wire::DeliveryState::Pending),
    ("sending", wire::DeliveryState::Sending),
    ("delivered", wire::DeliveryState::Delivered),
    ("dead", wire::DeliveryState::Dead),
    ("skipped", wire::DeliveryState::Skipped),
];

/// An endpoint in the contract's words.
pub(crate) fn endpoint_to_wire(row: &EndpointRow) -> wire::Endpoint {
    let state = if row.disabled_reason.is_none() {
        wire::EndpointState::Enabled
    } else {
        wire::EndpointState::Disabled
    };
    wire::Endpoint {
        name: endpoint_name(&row.edition_id, row.endpoint_id),
        url: row.url.clone(),
        subjects: row.subjects.clone(),
        state: state.into(),
        disabled_reason: row.disabled_reason.clone().unwrap_or_default(),
        max_per_second: row.max_per_second,
        create_time: Some(timestamp(row.created_at)),
        failing_since: row.failing_since.map(timestamp),
        previous_secret_until: row.old_until.map(timestamp),
    }
}

fn delivery_to_wire(edition_id: &str, endpoint_id: Uuid, row: DeliveryRow) -> wire::Delivery {
    let state = STATES
        .iter()
        .find(|(code, _)| *code == row.state)
        .map_or(wire::DeliveryState::Unspecified, |(_, state)| *state);
    wire::Delivery {
        name: delivery_name(edition_id, endpoint_id, row.delivery_id),
        event_id: row.event_id.to_string(),
        event_type: row.event_type,
        state: state.into(),
        attempt_count: row.attempts,
        status_code: row.status_code.unwrap_or_default(),
        reason_code: row.reason.unwrap_or_default(),
        next_attempt_time: row.next_at.map(timestamp),
        create_time: Some(timestamp(row.came_at)),
        deliver_time: row.delivered_at.map(timestamp),
    }
}

/// `editions/{edition}/webhooks/{webhook}`.
pub(crate) fn endpoint_name(edition_id: &str, endpoint_id: Uuid) -> String {
    format!("editions/{edition_id}/webhooks/{endpoint_id}")
}

/// `editions/{edition}/webhooks/{webhook}/deliveries/{delivery}`.
pub(crate) fn delivery_name(edition_id: &str, endpoint_id: Uuid, delivery_id: Uuid) -> String {
    format!("editions/{edition_id}/webhooks/{endpoint_id}/deliveries/{delivery_id}")
}

/// The endpoint of a name that we made.
pub(crate) fn of_name(name: &str) -> Option<Uuid> {
    Uuid::parse_str(name.rsplit('/').next()?).ok()
}

/// A moment as the contract writes it.
pub(crate) fn timestamp(at: OffsetDateTime) -> pbjson_types::Timestamp {
    pbjson_types::Timestamp {
        seconds: at.unix_timestamp(),
        nanos: i32::try_from(at.nanosecond()).unwrap_or_default(),
    }
}
