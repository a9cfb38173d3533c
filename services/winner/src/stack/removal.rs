//! Taking an installation off servers that are not ours: ours are thrown away whole.

use anyhow::{Context, Result};
use async_nats::jetstream;
use futures::TryStreamExt;
use sqlx::{ConnectOptions, Connection};

use super::realm::Realm;
use super::{Nats, Postgres, Stack};
use crate::nats::account::{OPERATOR, SERVICES};
use crate::schema::sql;

impl Stack {
    /// Removes a realm from the servers named by configuration; does nothing on our own.
    ///
    /// # Errors
    /// When a server refuses; what was removed stays removed.
    pub async fn remove(&self, realm: &Realm) -> Result<()> {
        if !self.is_guest() {
            return Ok(());
        }
        if matches!(*self.postgres.lock().await, Postgres::Named(_)) {
            drop_database(realm).await.context("the database")?;
        }
        if matches!(*self.nats.lock().await, Nats::Named(_)) {
            delete_streams(realm).await.context("the streams")?;
        }
        Ok(())
    }
}

async fn drop_database(realm: &Realm) -> Result<()> {
    let mut admin = realm.server.connect().await?;
    let database = sql::name(realm.database());
    sql::run(&mut admin, format!("DROP DATABASE {database} WITH (FORCE)")).await?;
    let prefix = realm.role_prefix();
    let roles = SERVICES
        .iter()
        .flat_map(|service| [prefix.runtime(service), prefix.owner(service)])
        .chain([prefix.migrator()]);
    for role in roles {
        sql::run(&mut admin, format!("DROP ROLE {}", sql::name(&role))).await?;
    }
    Ok(admin.close().await?)
}

async fn delete_streams(realm: &Realm) -> Result<()> {
    let client = realm.nats_login(OPERATOR)?.connect().await?;
    let jetstream = jetstream::new(client);
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
    let prefix = format!("{}_", realm.naming().prefix);
    for name in names.iter().filter(|name| name.starts_with(&prefix)) {
        jetstream.delete_stream(name).await?;
    }
    Ok(())
}
