//! `winner migrate --create-roles`: what only a superuser may do, once per installation.
//!
//! In production somebody else may do it (a cloud's console, an operator of Postgres); the rest of
//! `migrate` needs no more than the migrator's role.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use secrecy::SecretString;
use sqlx::PgConnection;
use winner_platform::Ids;

use super::names::RolePrefix;
use super::{scram, sql};
use crate::nats::account::SERVICES;

/// The passwords of the roles that log in, by service and `migrator`.
pub type RolePasswords = BTreeMap<String, SecretString>;

/// The short names of the roles that log in.
pub fn login_roles() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().chain(["migrator"])
}

/// Makes the roles that are missing, sets the passwords that are given, and gives the connected
/// database to the migrator. Repeating it changes nothing else.
///
/// # Errors
/// When the connection is no superuser's, or a password is too weak.
pub async fn create_roles(
    connection: &mut PgConnection,
    prefix: &RolePrefix,
    passwords: &RolePasswords,
    ids: &Ids,
) -> Result<()> {
    let migrator = prefix.migrator();
    create_role(connection, &migrator, true).await?;
    set_password(connection, &migrator, passwords.get("migrator"), ids).await?;
    for service in SERVICES {
        let (owner, runtime) = (prefix.owner(service), prefix.runtime(service));
        create_role(connection, &owner, false).await?;
        create_role(connection, &runtime, true).await?;
        set_password(connection, &runtime, passwords.get(service), ids).await?;
        // The migrator acts as the owner only when it says so, and inherits nothing.
        sql::run(
            connection,
            format!(
                "GRANT {} TO {} WITH INHERIT FALSE, SET TRUE",
                sql::name(&owner),
                sql::name(&migrator)
            ),
        )
        .await?;
    }
    claim_database(connection, prefix).await
}

/// The database belongs to the migrator, and only the roles of this installation get in.
async fn claim_database(connection: &mut PgConnection, prefix: &RolePrefix) -> Result<()> {
    let database = sqlx::query_scalar!("SELECT current_database() AS \"name!\"")
        .fetch_one(&mut *connection)
        .await?;
    let database = sql::name(&database);
    let grants: Vec<String> = SERVICES
        .iter()
        .map(|service| {
            let runtime = sql::name(&prefix.runtime(service));
            format!(
                "GRANT CONNECT ON DATABASE {database} TO {runtime};
                 ALTER ROLE {runtime} IN DATABASE {database} SET search_path = {};",
                sql::name(service)
            )
        })
        .collect();
    sql::run(
        connection,
        format!(
            "ALTER DATABASE {database} OWNER TO {};
             REVOKE ALL ON DATABASE {database} FROM PUBLIC;
             REVOKE ALL ON SCHEMA public FROM PUBLIC;
             {}",
            sql::name(&prefix.migrator()),
            grants.concat()
        ),
    )
    .await?;
    Ok(())
}

async fn create_role(connection: &mut PgConnection, role: &str, login: bool) -> Result<()> {
    let exists = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1) AS \"exists!\"",
        role
    )
    .fetch_one(&mut *connection)
    .await?;
    let (verb, login) = (
        if exists { "ALTER" } else { "CREATE" },
        if login { "LOGIN" } else { "NOLOGIN" },
    );
    sql::run(
        connection,
        format!(
            "{verb} ROLE {} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
            sql::name(role)
        ),
    )
    .await
    .with_context(|| format!("cannot make the role {role}: is this a superuser?"))
}

async fn set_password(
    connection: &mut PgConnection,
    role: &str,
    password: Option<&SecretString>,
    ids: &Ids,
) -> Result<()> {
    let Some(password) = password else {
        return Ok(());
    };
    let verifier = scram::verifier(password, &ids.salt())
        .with_context(|| format!("the password of {role}"))?;
    sql::run(
        connection,
        format!(
            "ALTER ROLE {} PASSWORD {}",
            sql::name(role),
            sql::literal(&verifier)
        ),
    )
    .await?;
    Ok(())
}
