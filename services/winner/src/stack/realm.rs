//! One installation on a stack: its database and roles, its account on the broker, its names.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::passwords::generate_password;
use super::{Nats, Stack};
use winner_messaging::config::NodeConfig;
use winner_messaging::provision::{ProvisionError, Topology, provision};
use winner_messaging::{ConsumerSpec, Naming};
use winner_platform::Ids;
use winner_proto::event::Visibility;

use crate::nats::account::{AccountPlan, OPERATOR, OutsideReader};
use crate::nats::login::NatsLogin;
use crate::schema::names::RolePrefix;
use crate::schema::roles::{RolePasswords, create_roles, login_roles};

const PROVISION_ATTEMPTS: u32 = 5;

/// What a realm is made from.
#[derive(Clone, Debug)]
pub struct RealmSpec {
    /// The database's name, also the beginning of its roles' names, its subject root and, in
    /// capitals, its account's name and its streams' prefix. Small letters, digits and `_`.
    pub name: String,
    /// What outsiders read; `owner` is the outsider's name.
    pub outside: Vec<ConsumerSpec>,
}

impl RealmSpec {
    /// A realm without outsiders.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            outside: Vec::new(),
        }
    }

    /// With an outsider who reads PUBLIC events as `spec` says; `spec.owner` is the outsider's name.
    #[must_use]
    pub fn with_outsider(mut self, spec: ConsumerSpec) -> Self {
        self.outside.push(spec);
        self
    }

    fn naming(&self) -> Naming {
        Naming::new(&self.name, self.name.to_ascii_uppercase())
    }

    fn outside_readers(&self) -> Vec<OutsideReader> {
        self.outside
            .iter()
            .map(|spec| OutsideReader {
                name: spec.owner.to_owned(),
                stream: self.naming().stream(spec.producer, Visibility::Public),
                durable: spec.durable(),
                password: generate_password(),
            })
            .collect()
    }
}

/// An installation: database, roles, account and names of its own.
#[derive(Clone, Debug)]
pub struct Realm {
    database: String,
    naming: Naming,
    outside: Vec<ConsumerSpec>,
    prefix: RolePrefix,
    pub(super) server: PgConnectOptions,
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

    /// The subject root and the stream prefix.
    pub fn naming(&self) -> &Naming {
        &self.naming
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

    /// Streams and consumers, as `winner provision` makes them.
    async fn provision(&self) -> Result<()> {
        let client = self.nats_login(OPERATOR)?.connect().await?;
        let config = NodeConfig {
            subject_root: self.naming.root.clone(),
            stream_prefix: self.naming.prefix.clone(),
            ..NodeConfig::default()
        };
        let topology = Topology {
            outside: self.outside.clone(),
            ..Topology::new(config, crate::registry::consumers())
        };
        let jetstream = async_nats::jetstream::new(client);
        // A fresh account's JetStream may not answer its first requests.
        for _ in 0..PROVISION_ATTEMPTS {
            match provision(&jetstream, &topology).await {
                Err(error @ ProvisionError::Broker { .. }) => {
                    tracing::debug!(%error, "stack.provision_again");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                other => return Ok(other.map(drop)?),
            }
        }
        Ok(provision(&jetstream, &topology).await.map(drop)?)
    }
}

impl Stack {
    /// Makes an installation: a database with roles and migrated schemas, and an account on the
    /// broker. One that is there already (a kept folder) gets new passwords and newer schemas. On
    /// servers named by configuration its name gets a suffix of its own; see [`Stack::remove`].
    ///
    /// # Errors
    /// When the name is not allowed, or a server refuses.
    pub async fn realm(&self, mut spec: RealmSpec) -> Result<Realm> {
        if self.is_guest() {
            // On servers that are not ours a name may be taken, and nothing is thrown away with them.
            let suffix = hex::encode(&Ids::system().salt()[..4]);
            spec.name = format!("{}_{suffix}", spec.name);
        }
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
        refuse_production(&mut connection).await?;
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
        // Held over the provisioning too: rereading its configuration for another realm's account,
        // the server may drop a request.
        let mut nats = self.nats.lock().await;
        let logins = open_account(&mut nats, &spec).await?;
        let realm = Realm {
            naming: spec.naming(),
            database: spec.name,
            outside: spec.outside,
            prefix,
            server: admin,
            role_passwords,
            logins,
        };
        realm.provision().await?;
        Ok(realm)
    }
}

async fn open_account(nats: &mut Nats, spec: &RealmSpec) -> Result<BTreeMap<String, NatsLogin>> {
    let name = spec.name.to_ascii_uppercase();
    let account = AccountPlan {
        name: &name,
        naming: &spec.naming(),
        readers: &crate::registry::readers(&spec.naming()),
        outside: &spec.outside_readers(),
    }
    .account(|_user| generate_password());
    match nats {
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
            .map(|user| Ok((user.short, NatsLogin::from_url(url.expose_secret())?)))
            .collect(),
    }
}

/// A data folder may have become production; its passwords are not ours to change.
async fn refuse_production(connection: &mut PgConnection) -> Result<()> {
    let installed =
        sqlx::query_scalar!("SELECT to_regclass('platform.clock') IS NOT NULL AS \"installed!\"")
            .fetch_one(&mut *connection)
            .await?;
    if !installed {
        return Ok(());
    }
    let production = sqlx::query_scalar!(
        "SELECT offsets_forbidden
         FROM   platform.clock"
    )
    .fetch_optional(&mut *connection)
    .await?;
    if production == Some(true) {
        bail!("this database is production: `up`, `demo` and tests keep away from it");
    }
    Ok(())
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
