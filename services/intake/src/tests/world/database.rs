//! A database for one test, copied from a template that every migration made.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// The server that tests may use; `None` where there is none.
pub(super) fn server_url() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find their server as sqlx does"
    )]
    let url = std::env::var("DATABASE_URL").ok()?;
    // Its database and search_path are for the checked queries, not for us.
    let server = url
        .split_once('?')
        .map_or(url.as_str(), |(server, _)| server);
    let (server, _) = server.rsplit_once('/')?;
    Some(server.to_owned())
}

/// A name that no other test has.
pub(super) fn database_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "intake_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A database with every migration, named by them; made once.
pub(super) async fn template(server: &PgConnectOptions, admin: &mut PgConnection) -> String {
    let migrators = [
        &winner_platform::pg::MIGRATOR,
        &winner_messaging::MIGRATOR,
        &crate::MIGRATOR,
    ];
    let checksums = migrators
        .iter()
        .flat_map(|m| m.iter())
        .flat_map(|m| m.checksum.iter());
    let sum = checksums.fold(0_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    let name = format!("intake_template_{sum:x}");
    admin.execute("SELECT pg_advisory_lock(815)").await.unwrap();
    let exists = format!("SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate");
    if admin
        .fetch_optional(AssertSqlSafe(exists))
        .await
        .unwrap()
        .is_none()
    {
        let reset = format!("DROP DATABASE IF EXISTS {name}");
        admin.execute(AssertSqlSafe(reset)).await.unwrap();
        admin
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .unwrap();
        let options = server
            .clone()
            .database(&name)
            .options([("search_path", "intake")]);
        let mut conn = PgConnection::connect_with(&options).await.unwrap();
        conn.execute("CREATE SCHEMA intake").await.unwrap();
        for migrator in migrators {
            migrator.run(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
        let done = format!("ALTER DATABASE {name} IS_TEMPLATE true");
        admin.execute(AssertSqlSafe(done)).await.unwrap();
    }
    admin
        .execute("SELECT pg_advisory_unlock(815)")
        .await
        .unwrap();
    name
}
