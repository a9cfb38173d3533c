//! `winner migrate`: every schema to the version of this binary. Repeating it changes nothing.
//!
//! Runs as the migrator (or a superuser, for whom the same roles are taken), and acts as each
//! schema's owner while it changes that schema: a migration of one service cannot touch another's.

use anyhow::{Context, Result};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use super::names::RolePrefix;
use super::sql;
use crate::registry::Service;

/// Brings `platform` and every service's schema to this binary's version.
///
/// # Errors
/// When a role is missing (see `--create-roles`) or a migration fails; what was done before stays.
pub async fn migrate(
    connection: &mut PgConnection,
    prefix: &RolePrefix,
    services: &[Service],
    said: impl Fn(&str) + Send + Sync,
) -> Result<()> {
    let migrator = prefix.migrator();
    become_role(connection, &migrator).await?;
    allow_owners(connection, prefix, services).await?;
    let runtimes: Vec<String> = services.iter().map(|s| prefix.runtime(s.name)).collect();
    apply(connection, "platform", &winner_platform::pg::MIGRATOR).await?;
    grant_platform(connection, &runtimes).await?;
    said("schema platform is up to date");
    for service in services {
        let owner = prefix.owner(service.name);
        create_schema(connection, service.name, &owner).await?;
        become_role(connection, &owner).await?;
        apply(connection, service.name, &winner_messaging::MIGRATOR).await?;
        apply(connection, service.name, service.migrator).await?;
        grant_rows(connection, service.name, &prefix.runtime(service.name)).await?;
        become_role(connection, &migrator).await?;
        said(&format!("schema {} is up to date", service.name));
    }
    Ok(())
}

/// `RESET ROLE` first: the session's own user, not the role taken last, must be allowed.
async fn become_role(connection: &mut PgConnection, role: &str) -> Result<()> {
    sql::run(
        connection,
        format!("RESET ROLE; SET ROLE {}", sql::name(role)),
    )
    .await
    .with_context(|| {
        format!("cannot act as the role {role}: run `winner migrate --create-roles` as a superuser")
    })
}

/// sqlx makes sure of a schema before it looks at its migrations, which needs this right even when
/// the schema is there.
async fn allow_owners(
    connection: &mut PgConnection,
    prefix: &RolePrefix,
    services: &[Service],
) -> Result<()> {
    let database = sqlx::query_scalar!("SELECT current_database() AS \"name!\"")
        .fetch_one(&mut *connection)
        .await?;
    for service in services {
        sql::run(
            connection,
            format!(
                "GRANT CREATE ON DATABASE {} TO {}",
                sql::name(&database),
                sql::name(&prefix.owner(service.name))
            ),
        )
        .await?;
    }
    Ok(())
}

async fn create_schema(connection: &mut PgConnection, schema: &str, owner: &str) -> Result<()> {
    let owned_by = sqlx::query_scalar!(
        "SELECT pg_catalog.pg_get_userbyid(nspowner)::text AS \"owner!\"
         FROM   pg_catalog.pg_namespace
         WHERE  nspname = $1",
        schema
    )
    .fetch_optional(&mut *connection)
    .await?;
    match owned_by {
        Some(found) if found == owner => Ok(()),
        Some(found) => {
            anyhow::bail!(
                "schema {schema} belongs to {found}, not to {owner}: another installation's database?"
            )
        }
        None => {
            become_role(connection, owner).await?;
            sql::run(connection, format!("CREATE SCHEMA {}", sql::name(schema))).await?;
            Ok(())
        }
    }
}

async fn apply(connection: &mut PgConnection, schema: &str, migrator: &Migrator) -> Result<()> {
    sql::run(
        connection,
        format!("SET search_path = {}", sql::name(schema)),
    )
    .await?;
    migrator
        .run(&mut *connection)
        .await
        .with_context(|| format!("a migration of schema {schema} failed"))
}

/// Every runtime role reads the clock; none writes it.
async fn grant_platform(connection: &mut PgConnection, runtimes: &[String]) -> Result<()> {
    for runtime in runtimes {
        let runtime = sql::name(runtime);
        sql::run(
            connection,
            format!(
                "GRANT USAGE ON SCHEMA platform TO {runtime};
                 GRANT SELECT ON ALL TABLES IN SCHEMA platform TO {runtime};"
            ),
        )
        .await?;
    }
    Ok(())
}

/// A runtime role changes rows of its own schema, but neither its shape nor its history.
async fn grant_rows(connection: &mut PgConnection, schema: &str, runtime: &str) -> Result<()> {
    let (quoted, runtime) = (sql::name(schema), sql::name(runtime));
    let history: Vec<String> = migration_tables(connection, schema)
        .await?
        .iter()
        .map(|table| {
            let table = sql::name(table);
            format!("REVOKE INSERT, UPDATE, DELETE ON {quoted}.{table} FROM {runtime};")
        })
        .collect();
    sql::run(
        connection,
        format!(
            "GRANT USAGE ON SCHEMA {quoted} TO {runtime};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {quoted} TO {runtime};
             GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {quoted} TO {runtime};
             {}",
            history.concat()
        ),
    )
    .await?;
    Ok(())
}

async fn migration_tables(connection: &mut PgConnection, schema: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT tablename::text AS \"table!\"
         FROM   pg_catalog.pg_tables
         WHERE  schemaname = $1
           AND  tablename LIKE '\\_%\\_migrations'",
        schema
    )
    .fetch_all(connection)
    .await?)
}
