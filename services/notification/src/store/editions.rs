//! This service's part of every edition's rules.

use std::collections::BTreeMap;

use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::domain::delivery::{DeliveryMode, DeliveryRules};
use crate::domain::language::Text;
use crate::templates::EditionFace;

/// What this service keeps of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionCopy {
    /// The version that it was taken from.
    pub version: i32,
    /// What mails show of it.
    pub face: EditionFace,
    /// How it delivers.
    pub rules: DeliveryRules,
}

/// How a mode is stored.
pub(super) const fn mode_code(mode: &DeliveryMode) -> &'static str {
    match mode {
        DeliveryMode::Hold => "hold",
        DeliveryMode::Redirect { .. } => "redirect",
        DeliveryMode::Live => "live",
    }
}

/// Reads a stored mode; whatever it does not know holds.
pub(super) fn mode(code: &str, redirect_to: String) -> DeliveryMode {
    match code {
        "live" => DeliveryMode::Live,
        "redirect" => DeliveryMode::Redirect { to: redirect_to },
        _ => DeliveryMode::Hold,
    }
}

/// What an edition is called; `None` where it is not known here.
///
/// # Errors
/// The database's.
pub async fn title(pool: &PgPool, edition_id: &str) -> Result<Option<Text>, sqlx::Error> {
    let title = sqlx::query_scalar!(
        r#"
        SELECT title AS "title: Json<Text>"
        FROM   notification.editions
        WHERE  edition_id = $1
        "#,
        edition_id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(title.map(|title| title.0))
}

/// Stores an edition unless a newer version is stored already; says whether it did.
///
/// # Errors
/// The database's.
pub async fn save(conn: &mut PgConnection, copy: &EditionCopy) -> Result<bool, sqlx::Error> {
    let redirect_to = match &copy.rules.mode {
        DeliveryMode::Redirect { to } => to.as_str(),
        DeliveryMode::Hold | DeliveryMode::Live => "",
    };
    let stored = sqlx::query_scalar!(
        r#"
        INSERT INTO notification.editions AS stored
                    (edition_id, version, title, rounds, data_notice, delivery_mode, redirect_to, test)
        VALUES      ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (edition_id) DO UPDATE
        SET         version       = excluded.version,
                    title         = excluded.title,
                    rounds        = excluded.rounds,
                    data_notice   = excluded.data_notice,
                    delivery_mode = excluded.delivery_mode,
                    redirect_to   = excluded.redirect_to,
                    test          = excluded.test
        WHERE       stored.version <= excluded.version
        RETURNING   version
        "#,
        copy.face.edition_id,
        copy.version,
        Json(&copy.face.title) as _,
        Json(&copy.face.rounds) as _,
        copy.face.data_notice,
        mode_code(&copy.rules.mode),
        redirect_to,
        copy.rules.test,
    )
    .fetch_optional(conn)
    .await?;
    Ok(stored.is_some())
}

/// Whether an edition is stored.
///
/// # Errors
/// The database's.
pub async fn is_known(pool: &sqlx::PgPool, edition_id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM notification.editions WHERE edition_id = $1) AS "known!"
        "#,
        edition_id,
    )
    .fetch_one(pool)
    .await
}

/// Reads an edition and keeps its rules from changing until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(
    conn: &mut PgConnection,
    edition_id: &str,
) -> Result<Option<EditionCopy>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        SELECT edition_id, version, title AS "title: Json<Text>",
               rounds AS "rounds: Json<BTreeMap<String, Text>>",
               data_notice, delivery_mode, redirect_to, test
        FROM   notification.editions
        WHERE  edition_id = $1
        FOR    SHARE
        "#,
        edition_id,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| EditionCopy {
        version: row.version,
        face: EditionFace {
            edition_id: row.edition_id,
            title: row.title.0,
            data_notice: row.data_notice,
            rounds: row.rounds.0,
        },
        rules: DeliveryRules {
            mode: mode(&row.delivery_mode, row.redirect_to),
            test: row.test,
        },
    }))
}
