use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};

use super::*;

/// Settings that reach the database of a test.
fn config_for(pool: &PgPool) -> PgConfig {
    let options: &PgConnectOptions = &pool.connect_options();
    PgConfig {
        url: Some(SecretString::from(options.to_url_lossy().to_string())),
        url_file: None,
        max_connections: 2,
        acquire_timeout_ms: 500,
        statement_timeout_ms: 300,
        lock_timeout_ms: 100,
        idle_in_transaction_timeout_ms: 200,
    }
}

async fn show(pool: &PgPool, setting: &'static str) -> String {
    sqlx::query_scalar("SELECT current_setting($1)")
        .bind(setting)
        .fetch_one(pool)
        .await
        .unwrap()
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Into::into)
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn a_connection_sees_its_own_schema_alone_and_says_whose_it_is(pool: PgPool) {
    let own = connect(&config_for(&pool), "alpha").await.unwrap();
    assert_eq!(show(&own, "search_path").await, "alpha");
    assert_eq!(show(&own, "application_name").await, "winner-alpha");
    let unqualified = own.execute("SELECT * FROM clock").await.unwrap_err();
    assert_eq!(
        code(&unqualified).as_deref(),
        Some("42P01"),
        "{unqualified}"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_statement_that_takes_too_long_is_cancelled(pool: PgPool) {
    let own = connect(&config_for(&pool), "alpha").await.unwrap();
    let slow = own.execute("SELECT pg_sleep(5)").await.unwrap_err();
    assert_eq!(code(&slow).as_deref(), Some("57014"), "{slow}");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_wait_for_a_lock_ends_before_the_statement_does(pool: PgPool) {
    let own = connect(&config_for(&pool), "alpha").await.unwrap();
    let mut holder = pool.begin().await.unwrap();
    holder
        .execute("SELECT pg_advisory_xact_lock(1)")
        .await
        .unwrap();
    let waited = own
        .execute("SELECT pg_advisory_xact_lock(1)")
        .await
        .unwrap_err();
    assert_eq!(code(&waited).as_deref(), Some("55P03"), "{waited}");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_transaction_that_idles_is_ended(pool: PgPool) {
    let own = connect(&config_for(&pool), "alpha").await.unwrap();
    let mut idle = own.begin().await.unwrap();
    idle.execute("SELECT 1").await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(idle.execute("SELECT 1").await.is_err());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_pool_that_is_used_up_says_so_in_time(pool: PgPool) {
    let own = connect(&config_for(&pool), "alpha").await.unwrap();
    let _held = (own.acquire().await.unwrap(), own.acquire().await.unwrap());
    assert!(matches!(
        own.acquire().await,
        Err(sqlx::Error::PoolTimedOut)
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn an_older_schema_is_not_ready_and_a_newer_one_is(pool: PgPool) {
    const TABLE: &str = "platform._sqlx_migrations";
    let current = expected_version(&MIGRATOR);
    assert_eq!(schema_version(&pool, TABLE).await.unwrap(), Some(current));
    assert!(ensure_schema(&pool, TABLE, current).await.is_ok());
    assert!(ensure_schema(&pool, TABLE, current - 1).await.is_ok());
    let older = ensure_schema(&pool, TABLE, current + 1).await.unwrap_err();
    assert!(
        matches!(older, SchemaError::Older { found: Some(_), .. }),
        "{older}"
    );

    pool.execute("UPDATE platform._sqlx_migrations SET success = false")
        .await
        .unwrap();
    let dirty = ensure_schema(&pool, TABLE, current).await.unwrap_err();
    assert!(
        matches!(dirty, SchemaError::Dirty(version) if version == current),
        "{dirty}"
    );
    pool.execute("DELETE FROM platform._sqlx_migrations")
        .await
        .unwrap();
    assert_eq!(schema_version(&pool, TABLE).await.unwrap(), None);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn without_a_table_of_migrations_a_schema_is_not_ready(pool: PgPool) {
    let missing = ensure_schema(&pool, "alpha._sqlx_migrations", 1).await;
    assert!(matches!(missing, Err(SchemaError::Database(_))));
    for name in ["a; DROP TABLE b", "a.b.c", "", "A"] {
        let refused = ensure_schema(&pool, name, 1).await;
        assert!(matches!(refused, Err(SchemaError::Table(_))), "{name}");
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_is_not_let_in_waits_until_he_is(pool: PgPool) {
    let role = format!("late_{}", uuid::Uuid::now_v7().simple());
    let mut url = pool.connect_options().to_url_lossy();
    url.set_username(&role).unwrap();
    let config = PgConfig {
        url: Some(SecretString::from(url.to_string())),
        acquire_timeout_ms: 5_000,
        ..config_for(&pool)
    };
    let stop = CancellationToken::new();
    let waiting = tokio::spawn({
        let stop = stop.clone();
        async move { connect_when_there(&config, "alpha", &stop).await }
    });
    tokio::time::sleep(RETRY / 2).await;
    assert!(!waiting.is_finished(), "gave up");
    let made = format!("CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{role}'");
    pool.execute(sqlx::AssertSqlSafe(made)).await.unwrap();
    let entered = tokio::time::timeout(RETRY * 5, waiting).await;
    drop(entered.unwrap().unwrap().unwrap());
    let gone = format!("DROP ROLE {role}");
    pool.execute(sqlx::AssertSqlSafe(gone)).await.unwrap();

    // At the stop nobody waits.
    let config = PgConfig {
        url: Some(SecretString::from(url.to_string())),
        ..config_for(&pool)
    };
    stop.cancel();
    let refused = connect_when_there(&config, "alpha", &stop).await;
    assert!(matches!(refused, Err(ConnectError::Database(_))));
}

#[tokio::test]
async fn a_database_that_is_away_is_told() {
    let away = PgConfig {
        url: Some(SecretString::from("postgres://nobody@127.0.0.1:1/none")),
        url_file: None,
        max_connections: 1,
        acquire_timeout_ms: 200,
        statement_timeout_ms: 300,
        lock_timeout_ms: 100,
        idle_in_transaction_timeout_ms: 200,
    };
    assert!(matches!(
        connect(&away, "alpha").await,
        Err(ConnectError::Database(_))
    ));
    let unset = PgConfig { url: None, ..away };
    assert!(matches!(
        connect(&unset, "alpha").await,
        Err(ConnectError::Secret(_))
    ));
}

#[test]
fn dangerous_settings_are_refused_with_their_keys() {
    let config = PgConfig {
        url: None,
        url_file: None,
        max_connections: 0,
        acquire_timeout_ms: 0,
        statement_timeout_ms: 100,
        lock_timeout_ms: 100,
        idle_in_transaction_timeout_ms: 1,
    };
    let mut problems = Problems::default();
    problems.section("postgres", &config);
    let keys: Vec<_> = problems
        .refused()
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "postgres.url",
            "postgres.max_connections",
            "postgres.acquire_timeout_ms",
            "postgres.lock_timeout_ms"
        ]
    );
}
