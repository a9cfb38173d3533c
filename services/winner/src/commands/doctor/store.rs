//! The database as the migrator and each service reach it; migrated, its clock readable.

use sqlx::PgPool;
use winner_platform::{clock, pg};

use super::{Finding, database};
use crate::cli::Common;
use crate::registry::Service;
use crate::settings::{LedgerConfig, OperatorConfig};

pub(super) async fn examine(config: &OperatorConfig, common: &Common) -> Vec<Finding> {
    let pool = match pg::connect(&config.postgres, "platform").await {
        Ok(pool) => pool,
        Err(error) => {
            return vec![Finding::bad(
                "database",
                anyhow::Error::from(error),
                "check the operator's postgres.url, and that the roles exist: `winner migrate --create-roles`",
            )];
        }
    };
    let mut findings = vec![
        Finding::good("database", "answers the migrator"),
        platform(&pool).await,
        offset(&pool).await,
    ];
    findings.extend(database::examine(&pool, common, config).await);
    findings
}

/// A service's pool, with its own credentials; nothing where its settings are wrong, which has been
/// told already.
pub(super) async fn open(
    common: &Common,
    service: &'static Service,
) -> Option<Result<(&'static Service, PgPool), Finding>> {
    let config = LedgerConfig::load(common, service).ok()?;
    let opened = pg::connect(&config.postgres, service.name).await;
    Some(opened.map(|pool| (service, pool)).map_err(|error| {
        Finding::bad(
            format!("{}: database", service.name),
            anyhow::Error::from(error),
            "check its postgres.url and the role's password; `winner migrate --create-roles` sets it anew",
        )
    }))
}

async fn platform(pool: &PgPool) -> Finding {
    let expected = pg::expected_version(&pg::MIGRATOR);
    match pg::ensure_schema(pool, &pg::MIGRATOR.table_name, expected).await {
        Ok(()) => Finding::good(
            "schema platform",
            format_args!("at version {expected} or later"),
        ),
        Err(error) => Finding::bad(
            "schema platform",
            anyhow::Error::from(error),
            "run `winner migrate`",
        ),
    }
}

async fn offset(pool: &PgPool) -> Finding {
    match clock::read_offset(pool).await {
        Ok(offset) if offset.is_zero() => Finding::good("business time", "is real time"),
        Ok(offset) => Finding::odd(
            "business time",
            format_args!("is ahead by {} s", offset.as_seconds_f64()),
            "`winner clock set real`, unless somebody rehearses",
        ),
        Err(error) => Finding::bad(
            "business time",
            anyhow::Error::from(error),
            "run `winner migrate`",
        ),
    }
}
