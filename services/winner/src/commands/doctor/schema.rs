//! One service's schema and role: version, rights, and how its sessions commit.

use sqlx::PgPool;
use winner_platform::pg;

use super::Finding;
use crate::registry::{SERVICES, Service};

pub(super) async fn examine(pool: &PgPool, service: &Service) -> Vec<Finding> {
    let subject = |what: &str| format!("{}: {what}", service.name);
    vec![
        version(pool, service, subject("schema")).await,
        rights(pool, service, subject("rights")).await,
        sessions(pool, subject("sessions")).await,
    ]
}

async fn version(pool: &PgPool, service: &Service, subject: String) -> Finding {
    for (migrator, table) in [
        (
            &winner_messaging::MIGRATOR,
            winner_messaging::MIGRATOR.table_name.as_ref(),
        ),
        (service.migrator, service.migrator.table_name.as_ref()),
    ] {
        let expected = pg::expected_version(migrator);
        if let Err(error) = pg::ensure_schema(pool, table, expected).await {
            return Finding::bad(subject, anyhow::Error::from(error), "run `winner migrate`");
        }
    }
    Finding::good(subject, "at this binary's version or later")
}

/// Its own schema and the clock, and nothing of anybody else.
async fn rights(pool: &PgPool, service: &Service, subject: String) -> Finding {
    let remedy = "run `winner migrate --create-roles`, and revoke what was granted by hand";
    let seen = sqlx::query!(
        "SELECT nspname::text                                                   AS \"schema!\",
                pg_catalog.has_schema_privilege(nspname::text, 'USAGE')         AS \"usage!\",
                pg_catalog.has_schema_privilege(nspname::text, 'CREATE')        AS \"create!\",
                (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS \"superuser!\"
         FROM   pg_catalog.pg_namespace
         WHERE  nspname IN ('platform', 'intake', 'matching', 'judging', 'notification')"
    )
    .fetch_all(pool)
    .await;
    let rows = match seen {
        Ok(rows) => rows,
        Err(error) => return Finding::bad(subject, error, remedy),
    };
    for row in rows {
        let own = row.schema == service.name;
        let wanted = own || row.schema == "platform";
        let wrong = if row.superuser {
            "its role is a superuser"
        } else if row.create {
            "its role may change the shape of a schema"
        } else if row.usage && !wanted {
            "its role may look into another service's schema"
        } else if !row.usage && wanted {
            "its role may not look into a schema it needs"
        } else {
            continue;
        };
        return Finding::bad(subject, format_args!("{wrong} ({})", row.schema), remedy);
    }
    Finding::good(
        subject,
        format_args!("its own schema only, of {}", SERVICES.len()),
    )
}

/// A role or a database can be told by hand to commit otherwise than the services count on.
async fn sessions(pool: &PgPool, subject: String) -> Finding {
    let seen = sqlx::query!(
        "SELECT current_setting('synchronous_commit')                          AS \"commit!\",
                current_setting('default_transaction_read_only')::boolean      AS \"read_only!\",
                current_setting('default_transaction_isolation')               AS \"isolation!\",
                (SELECT setting::bigint
                 FROM   pg_catalog.pg_settings
                 WHERE  name = 'idle_session_timeout')                         AS idle_ms"
    )
    .fetch_one(pool)
    .await;
    let row = match seen {
        Ok(row) => row,
        Err(error) => return Finding::bad(subject, error, "run `winner doctor` again"),
    };
    let remedy = "`ALTER ROLE ... RESET` the setting (and `ALTER DATABASE ... RESET`), then restart the service";
    if row.commit == "off" {
        let seen = "synchronous_commit is off: a crash of the server loses what was acknowledged";
        return Finding::bad(subject, seen, remedy);
    }
    if row.read_only {
        return Finding::bad(subject, "default_transaction_read_only is on", remedy);
    }
    if row.isolation != "read committed" {
        let seen = format_args!(
            "default_transaction_isolation is {}, the services count on read committed",
            row.isolation
        );
        return Finding::bad(subject, seen, remedy);
    }
    if row.idle_ms.is_some_and(|limit| limit > 0) {
        let seen = "idle_session_timeout is set: it ends connections that the pool keeps";
        return Finding::odd(subject, seen, remedy);
    }
    Finding::good(subject, "commit as the services count on")
}
