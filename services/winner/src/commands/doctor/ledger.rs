//! One service's schema as its own role sees it: version, rights, outbox, dead letters, clock.

use std::time::Duration;

use sqlx::{AssertSqlSafe, PgPool};
use tokio_util::sync::CancellationToken;
use winner_messaging::dead_letters;
use winner_platform::{Clock, Tasks, pg};

use super::Finding;
use crate::cli::Common;
use crate::registry::{SERVICES, Service};
use crate::schema::sql;
use crate::settings::LedgerConfig;

/// Older than this, an event is late: the relay publishes within a second.
const LATE: Duration = Duration::from_mins(1);
/// How long the clock may take to settle.
const SETTLING: Duration = Duration::from_secs(5);

pub(super) async fn examine(common: &Common, service: &Service) -> Vec<Finding> {
    let subject = |what: &str| format!("{}: {what}", service.name);
    // Settings that are wrong have been reported already.
    let Ok(config) = LedgerConfig::load(common, service) else {
        return Vec::new();
    };
    let pool = match pg::connect(&config.postgres, service.name).await {
        Ok(pool) => pool,
        Err(error) => {
            return vec![Finding::bad(
                subject("database"),
                anyhow::Error::from(error),
                "check its postgres.url and the role's password",
            )];
        }
    };
    vec![
        version(&pool, service, subject("schema")).await,
        rights(&pool, service, subject("rights")).await,
        outbox(&pool, service, subject("outbox")).await,
        letters(&pool, service, subject("dead letters")).await,
        clock(&pool, subject("clock")).await,
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

async fn outbox(pool: &PgPool, service: &Service, subject: String) -> Finding {
    let remedy = "is a copy of the service running, and does the broker answer? Its log says why \
                  the relay waits; nothing is lost meanwhile";
    let statement = format!(
        "SELECT count(*),
                coalesce(extract(epoch FROM clock_timestamp() - min(written_at)), 0)::float8
         FROM   {}.outbox",
        sql::name(service.name)
    );
    #[expect(
        clippy::disallowed_methods,
        reason = "the schema's name cannot be bound; it is quoted"
    )]
    let seen: Result<(i64, f64), sqlx::Error> = sqlx::query_as(AssertSqlSafe(statement))
        .fetch_one(pool)
        .await;
    match seen {
        Ok((0, _)) => Finding::good(subject, "empty"),
        Ok((count, oldest)) if oldest > LATE.as_secs_f64() => Finding::bad(
            subject,
            format_args!("{count} event(s) wait, the oldest for {oldest:.0} s"),
            remedy,
        ),
        Ok((count, _)) => Finding::good(subject, format_args!("{count} event(s) on their way")),
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}

async fn letters(pool: &PgPool, service: &Service, subject: String) -> Finding {
    match dead_letters::list(pool, None, 1).await {
        Ok(page) if page.is_empty() => Finding::good(subject, "none"),
        Ok(_) => Finding::odd(
            subject,
            "some wait, and later events of their aggregates behind them",
            &format!(
                "`winner dlq list {0}`, mend the cause, then `winner dlq replay {0}`",
                service.name
            ),
        ),
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}

/// The clock's error is half of a round trip to the database: over 25 ms nobody is ready.
async fn clock(pool: &PgPool, subject: String) -> Finding {
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let (tasks, _crashes) = Tasks::new();
    let clock = match Clock::start(pool.clone(), &tasks, stop).await {
        Ok(clock) => clock,
        Err(error) => {
            return Finding::bad(subject, anyhow::Error::from(error), "run `winner migrate`");
        }
    };
    let settled = async {
        while !clock.is_settled() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    match tokio::time::timeout(SETTLING, settled).await {
        Ok(()) => Finding::good(subject, "settled: business time is known within 25 ms"),
        Err(_elapsed) => Finding::bad(
            subject,
            "not settled after 5 s: the database answers too slowly to know the time",
            "bring the service nearer to its database, or find what slows it down",
        ),
    }
}
