//! The database server itself: does it keep what it acknowledged, and is there room for the pools?

use sqlx::PgPool;

use super::Finding;
use crate::cli::Common;
use crate::registry::SERVICES;
use crate::settings::{LedgerConfig, OperatorConfig};

/// What the server says of itself.
struct Server {
    version: i32,
    durable: bool,
    standby: bool,
    connections: i32,
    production: bool,
}

pub(super) async fn examine(
    pool: &PgPool,
    common: &Common,
    operator: &OperatorConfig,
) -> Vec<Finding> {
    match ask(pool).await {
        Ok(server) => vec![durability(&server), room(&server, wanted(common, operator))],
        Err(error) => vec![Finding::bad(
            "database server",
            error,
            "run `winner migrate`",
        )],
    }
}

async fn ask(pool: &PgPool) -> sqlx::Result<Server> {
    sqlx::query_as!(
        Server,
        "SELECT current_setting('server_version_num')::integer                     AS \"version!\",
                current_setting('fsync')::boolean
                    AND current_setting('full_page_writes')::boolean               AS \"durable!\",
                pg_catalog.pg_is_in_recovery()                                     AS \"standby!\",
                current_setting('max_connections')::integer
                    - current_setting('superuser_reserved_connections')::integer   AS \"connections!\",
                (SELECT offsets_forbidden FROM platform.clock)                     AS \"production!\""
    )
    .fetch_one(pool)
    .await
}

/// Postgres is the ledger: what it forgets is lost. A rehearsal may take that for speed.
fn durability(server: &Server) -> Finding {
    let subject = "database server";
    let found = if server.standby {
        Finding::bad(
            subject,
            "is a standby: nothing can be written",
            "name the primary in every postgres.url",
        )
    } else if !server.durable {
        Finding::bad(
            subject,
            "fsync or full_page_writes is off: a power cut loses what was acknowledged",
            "set fsync = on and full_page_writes = on in postgresql.conf, and reload it",
        )
        .only_odd_unless(server.production)
    } else {
        Finding::good(
            subject,
            format_args!(
                "keeps what it acknowledges; Postgres {}",
                server.version / 10_000
            ),
        )
    };
    if server.version < 160_000 {
        let seen = format_args!("is Postgres {}", server.version / 10_000);
        return Finding::bad(subject, seen, "upgrade it to Postgres 16 or newer");
    }
    found
}

/// One copy of every service, each pool full, each clock with its connection, and the operator.
fn wanted(common: &Common, operator: &OperatorConfig) -> u32 {
    let pools = SERVICES
        .iter()
        .filter_map(|service| LedgerConfig::load(common, service).ok())
        .map(|config| config.postgres.max_connections + 1);
    pools.sum::<u32>() + operator.postgres.max_connections
}

fn room(server: &Server, wanted: u32) -> Finding {
    let subject = "database connections";
    let seen = format!(
        "one copy of every service may open {wanted}, the server gives {}",
        server.connections
    );
    if i64::from(wanted) > i64::from(server.connections) {
        return Finding::bad(
            subject,
            seen,
            "raise max_connections in postgresql.conf, or lower postgres.max_connections of the services",
        );
    }
    Finding::good(subject, seen)
}

#[cfg(test)]
mod tests;
