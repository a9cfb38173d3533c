//! One installation on a stack: its database and roles, its account on the broker, its names.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::passwords::generate_password;
use super::{Nats, Stack};
use winner_platform::Ids;

use crate::nats::account::{AccountPlan, OutsideReader, inbox_prefix, streams_of};
use crate::nats::login::NatsLogin;
use crate::schema::names::RolePrefix;
use crate::schema::roles::{RolePasswords, create_roles, login_roles};

/// What a realm is made from.
#[derive(Clone, Debug)]
pub struct RealmSpec {
    /// The database's name, also the beginning of its roles' names, its account's name in capitals,
    /// its subject root and its streams' prefix. Small letters, digits and `_`.
    pub name: String,
    /// Outsiders and the PUBLIC stream's service each reads, such as `("mitra", "intake")`.
    pub outsiders: Vec<(String, String)>,
}

impl RealmSpec {
    /// A realm without outsiders.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            outsiders: Vec::new(),
        }
    }

    fn outside_readers(&self) -> Vec<OutsideReader> {
        let prefix = self.name.to_ascii_uppercase();
        self.outsiders
            .iter()
            .map(|(outsider, service)| OutsideReader {
                name: outsider.clone(),
                stream: streams_of(&prefix, service)[0].clone(),
                durable: format!("outside-{outsider}"),
                password: generate_password(),
            })
            .collect()
    }

    /// With an outsider who reads the PUBLIC stream of `service`.
    #[must_use]
    pub fn with_outsider(mut self, name: &str, service: &str) -> Self {
        self.outsiders.push((name.to_owned(), service.to_owned()));
        self
    }
}

/// An installation: database, roles, account and names of its own.
#[derive(Clone, Debug)]
pub struct Realm {
    database: String,
    prefix: RolePrefix,
    server: PgConnectOptions,
    role_passwords: RolePasswords,
    logins: BTreeMap<String, NatsLogin>,
}

impl Realm {
    /// The database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The beginning of the roles' names.
    pub fn role_prefix(&self) -> &RolePrefix {
        &self.prefix
    }

    /// The first token of every subject.
    pub fn root(&self) -> &str {
        &self.database
    }

    /// The prefix of every stream's name.
    pub fn stream_prefix(&self) -> String {
        self.database.to_ascii_uppercase()
    }

    /// How `intake`, …, or `migrator` connects to the database.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn postgres_url(&self, role: &str) -> Result<SecretString> {
        let password = self
            .role_passwords
            .get(role)
            .with_context(|| format!("no role {role}"))?;
        Ok(format!(
            "postgres://{}:{}@{}:{}/{}",
            self.prefix.runtime(role),
            password.expose_secret(),
            self.server.get_host(),
            self.server.get_port(),
            self.database
        )
        .into())
    }

    /// How `intake`, …, `operator` or an outsider (`outside-<name>`) logs in at the broker.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn nats_login(&self, user: &str) -> Result<&NatsLogin> {
        self.logins
            .get(user)
            .with_context(|| format!("no user {user} at the broker"))
    }
}

impl Stack {
    /// Makes an installation: a database with roles and migrated schemas, and an account on the
    /// broker. One that is there already (a kept folder) gets new passwords and newer schemas.
    ///
    /// # Errors
    /// When the name is not allowed, or a server refuses.
    pub async fn realm(&self, spec: RealmSpec) -> Result<Realm> {
        let prefix: RolePrefix = spec
            .name
            .parse()
            .with_context(|| format!("{:?} cannot name a database", spec.name))?;
        let admin: PgConnectOptions = self
            .postgres_admin_url
            .expose_secret()
            .parse()
            .context("the URL of Postgres")?;
        let role_passwords: RolePasswords = login_roles()
            .map(|role| (role.to_owned(), generate_password()))
            .collect();
        create_database(&admin, &spec.name).await?;
        let mut connection = admin.clone().database(&spec.name).connect().await?;
        create_roles(&mut connection, &prefix, &role_passwords, &Ids::system()).await?;
        crate::schema::migrate::migrate(
            &mut connection,
            &prefix,
            crate::registry::SERVICES,
            |line| {
                self.progress.step(line);
            },
        )
        .await?;
        let logins = self.open_account(&spec).await?;
        Ok(Realm {
            database: spec.name,
            prefix,
            server: admin,
            role_passwords,
            logins,
        })
    }

    async fn open_account(&self, spec: &RealmSpec) -> Result<BTreeMap<String, NatsLogin>> {
        let name = spec.name.to_ascii_uppercase();
        let account = AccountPlan {
            name: &name,
            root: &spec.name,
            stream_prefix: &name,
            readers: &crate::registry::readers(&name),
            outside: &spec.outside_readers(),
        }
        .account(|_user| generate_password());
        let mut nats = self.nats.lock().await;
        match &mut *nats {
            Nats::Ours(server) => {
                server.put_account(account.clone()).await?;
                Ok(account
                    .all_users()
                    .map(|user| (user.short.clone(), user.login(&server.address())))
                    .collect())
            }
            // Somebody else's server: everybody is the user its URL names.
            Nats::Named(url) => account
                .all_users()
                .map(|user| {
                    let login =
                        NatsLogin::from_url(url.expose_secret(), &inbox_prefix(&user.short))?;
                    Ok((user.short, login))
                })
                .collect(),
        }
    }
}

async fn create_database(admin: &PgConnectOptions, name: &str) -> Result<()> {
    let mut connection: PgConnection = admin.connect().await.context("cannot reach Postgres")?;
    let exists = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1) AS \"exists!\"",
        name
    )
    .fetch_one(&mut connection)
    .await?;
    if !exists {
        crate::schema::sql::run(
            &mut connection,
            format!("CREATE DATABASE {}", crate::schema::sql::name(name)),
        )
        .await?;
    }
    Ok(())
}
