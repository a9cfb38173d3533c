use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::pg::MIGRATOR;

/// A clock that follows a database, and what stops it.
struct Running {
    clock: Clock,
    tasks: Tasks,
    stop: CancellationToken,
}

async fn started(pool: &PgPool) -> Running {
    let (tasks, _crashes) = Tasks::new();
    let stop = CancellationToken::new();
    let clock = Clock::start(pool.clone(), &tasks, stop.clone())
        .await
        .unwrap();
    Running { clock, tasks, stop }
}

impl Running {
    /// Gives the connection back, so that the test's database can go.
    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn business_time_is_the_databases_time(pool: PgPool) {
    let running = started(&pool).await;
    let clock = running.clock.clone();
    // A busy machine answers late, and a late answer says little about the time.
    let settling = async {
        while !clock.is_settled() {
            clock.resample_now().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), settling)
        .await
        .expect("the time is never known well enough");
    let before = clock.business();
    let database: OffsetDateTime = sqlx::query_scalar("SELECT clock_timestamp()")
        .fetch_one(&pool)
        .await
        .unwrap();
    let after = clock.business();
    let database = BusinessTime::from_offset(database);
    assert!(
        before <= database.checked_add(MAX_ERROR).unwrap(),
        "{before} {database}"
    );
    assert!(
        database <= after.checked_add(MAX_ERROR).unwrap(),
        "{database} {after}"
    );
    running.stop().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn a_shifted_offset_is_seen_at_once_when_asked_and_soon_by_itself(pool: PgPool) {
    let running = started(&pool).await;
    let clock = running.clock.clone();
    let before = clock.business();
    let offset = advance_offset(&pool, ::time::Duration::hours(3))
        .await
        .unwrap();
    assert_eq!(offset, ::time::Duration::hours(3));
    clock.resample_now().await.unwrap();
    let shifted = clock.business().since(before);
    assert!((10_800..10_810).contains(&shifted.as_secs()), "{shifted:?}");

    let offset = advance_offset(&pool, ::time::Duration::days(40))
        .await
        .unwrap();
    assert_eq!(
        offset,
        ::time::Duration::days(40) + ::time::Duration::hours(3)
    );
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(clock.business().since(before).as_secs() / 86_400, 40);
    assert_eq!(read_offset(&pool).await.unwrap(), offset);

    set_offset(&pool, ::time::Duration::ZERO).await.unwrap();
    clock.resample_now().await.unwrap();
    assert!(
        clock.business().since(before).as_secs() < 10,
        "business time goes back when told to"
    );
    running.stop().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn real_time_knows_no_offset(pool: PgPool) {
    let running = started(&pool).await;
    let clock = running.clock.clone();
    let before = clock.real();
    set_offset(&pool, ::time::Duration::days(1)).await.unwrap();
    clock.resample_now().await.unwrap();
    assert!(clock.real().since(before).as_secs() < 10);
    running.stop().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn production_takes_no_offset_and_stays_production(pool: PgPool) {
    sqlx::query("UPDATE platform.clock SET offsets_forbidden = true")
        .execute(&pool)
        .await
        .unwrap();
    let shifted = set_offset(&pool, ::time::Duration::seconds(1)).await;
    assert!(matches!(shifted, Err(ClockError::Forbidden)), "{shifted:?}");
    let advanced = advance_offset(&pool, ::time::Duration::seconds(1)).await;
    assert!(
        matches!(advanced, Err(ClockError::Forbidden)),
        "{advanced:?}"
    );
    for statement in [
        "UPDATE platform.clock SET offsets_forbidden = false",
        "UPDATE platform.clock SET offsets_forbidden = false, \"offset\" = '1 hour'",
        "DELETE FROM platform.clock",
    ] {
        assert!(
            sqlx::query(statement).execute(&pool).await.is_err(),
            "{statement}"
        );
    }
    assert_eq!(read_offset(&pool).await.unwrap(), ::time::Duration::ZERO);
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn an_installation_with_an_offset_cannot_become_production(pool: PgPool) {
    set_offset(&pool, ::time::Duration::seconds(1))
        .await
        .unwrap();
    let update = "UPDATE platform.clock SET offsets_forbidden = true";
    assert!(sqlx::query(update).execute(&pool).await.is_err());
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn every_role_reads_the_clock_and_no_other_writes_it(pool: PgPool) {
    // Roles belong to the whole server: named after this test's own database.
    let database: String = sqlx::query_scalar("SELECT current_database()")
        .fetch_one(&pool)
        .await
        .unwrap();
    let role = format!("reader{database}").to_ascii_lowercase();
    let run = |statement: String| sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool);
    run(format!("CREATE ROLE {role}")).await.unwrap();

    let mut connection = pool.acquire().await.unwrap();
    let mut run_as = async |statement: String| {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await
    };
    run_as(format!("SET ROLE {role}")).await.unwrap();
    let read = run_as("SELECT \"offset\" FROM platform.clock".to_owned()).await;
    let update = run_as("UPDATE platform.clock SET \"offset\" = '1 hour'".to_owned()).await;
    let insert = run_as("INSERT INTO platform.clock DEFAULT VALUES".to_owned()).await;
    let truncate = run_as("TRUNCATE platform.clock".to_owned()).await;
    run_as("RESET ROLE".to_owned()).await.unwrap();
    run(format!("DROP ROLE {role}")).await.unwrap();

    assert!(read.is_ok(), "{read:?}");
    for refused in [update, insert, truncate] {
        let error = refused.unwrap_err();
        let code = error
            .as_database_error()
            .and_then(|error| error.code().map(Into::into));
        assert_eq!(code, Some("42501".to_owned()), "{error}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn time_goes_on_while_the_database_is_away(pool: PgPool) {
    let running = started(&pool).await;
    let clock = running.clock.clone();
    sqlx::query("DROP TABLE platform.clock")
        .execute(&pool)
        .await
        .unwrap();
    let (started, before) = (std::time::Instant::now(), clock.business());
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let (passed, elapsed) = (clock.business().since(before), started.elapsed());
    assert!(
        passed.abs_diff(elapsed) < Duration::from_millis(20),
        "{passed:?} {elapsed:?}"
    );
    assert!(
        clock.is_settled() && clock.has_settled(),
        "a sample of the last minute still counts"
    );
    assert!(clock.resample_now().await.is_err());
    running.stop().await;
}

/// Carries a connection to `target` and lets every byte wait for `delay` each way.
async fn far_away(target: String, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.unwrap();
            let far = TcpStream::connect(&target).await.unwrap();
            let (near_read, near_write) = near.into_split();
            let (far_read, far_write) = far.into_split();
            tokio::spawn(carry(near_read, far_write, delay));
            tokio::spawn(carry(far_read, near_write, delay));
        }
    });
    port
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let mut bytes = [0_u8; 8_192];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        tokio::time::sleep(delay).await;
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn a_database_too_far_away_does_not_settle_the_clock(pool: PgPool) {
    let options = pool.connect_options();
    let target = format!("{}:{}", options.get_host(), options.get_port());
    for (delay, settled) in [
        (Duration::from_millis(40), false),
        (Duration::from_millis(4), true),
    ] {
        let port = far_away(target.clone(), delay).await;
        let near = options.as_ref().clone().host("127.0.0.1").port(port);
        let far = sqlx::postgres::PgPoolOptions::new()
            .connect_with(near)
            .await
            .unwrap();
        let running = started(&far).await;
        let clock = running.clock.clone();
        // The first question also prepares the statement, which is a second round trip.
        clock.resample_now().await.unwrap();
        assert_eq!(
            (clock.is_settled(), clock.has_settled()),
            (settled, settled),
            "{delay:?}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn a_pool_that_is_used_up_does_not_stop_the_clock(pool: PgPool) {
    let few = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .connect_with(pool.connect_options().as_ref().clone())
        .await
        .unwrap();
    let running = started(&few).await;
    let held = few.acquire().await.unwrap();
    assert!(running.clock.resample_now().await.is_ok());
    drop(held);
    few.close().await;
    running.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn without_its_table_the_clock_does_not_start_but_may_once_it_is_there(pool: PgPool) {
    let (tasks, _crashes) = Tasks::new();
    let clock = Clock::start(pool, &tasks, CancellationToken::new()).await;
    assert!(
        matches!(&clock, Err(error @ ClockError::Database(_)) if error.may_pass()),
        "{clock:?}"
    );
}

#[test]
fn what_no_migration_mends_is_not_waited_for() {
    assert!(ClockError::Missing.may_pass());
    assert!(ClockError::Database(sqlx::Error::PoolTimedOut).may_pass());
    assert!(!ClockError::Database(sqlx::Error::RowNotFound).may_pass());
    assert!(!ClockError::Forbidden.may_pass());
}

#[test]
fn a_manual_clock_moves_when_told() {
    let noon = BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap();
    let clock = Clock::manual(noon);
    let other = clock.clone();
    clock.advance(Duration::from_secs(1));
    assert_eq!(other.business().since(noon), Duration::from_secs(1));
    assert!(clock.is_settled());
}
