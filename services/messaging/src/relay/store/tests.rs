use sqlx::PgPool;

use super::*;
use crate::MIGRATOR;

/// Three events of two aggregates, a thousand bytes each.
async fn filled(pool: &PgPool) {
    sqlx::query(
        "insert into outbox (id, aggregate_type, aggregate_id, epoch, count, name, version,
                             visibility, business_time, correlation, payload)
         select gen_random_uuid(), 'crate', id, 1, count, 'moved', 1, 'public', now(), 'c',
                decode(repeat('00', 1000), 'hex')
         from   (values (1, 'a', 1), (2, 'b', 1), (3, 'a', 2)) as event (position, id, count)
         order by position",
    )
    .execute(pool)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn the_oldest_are_read_up_to_a_number_and_to_a_size(pool: PgPool) {
    filled(&pool).await;
    let mut conn = pool.acquire().await.unwrap();
    // The one that goes over the size is still taken, so that there is always one.
    for (limit, bytes, expected) in [
        (10, 1 << 20, ["a1", "b1", "a2"].as_slice()),
        (2, 1 << 20, &["a1", "b1"]),
        (10, 1_001, &["a1", "b1"]),
        (10, 1_000, &["a1"]),
        (10, 1, &["a1"]),
    ] {
        let rows = oldest(&mut conn, limit, bytes).await.unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| format!("{}{}", row.aggregate_id, row.count))
            .collect();
        assert_eq!(found, expected, "{limit} and {bytes}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
#[ignore = "needs Postgres"]
async fn a_blocked_event_holds_up_its_aggregate_alone(pool: PgPool) {
    filled(&pool).await;
    sqlx::query(
        "update outbox
         set    blocked_until = clock_timestamp() + interval '1 hour'
         where  aggregate_id = 'a'
         and    count = 1",
    )
    .execute(&pool)
    .await
    .unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let rows = oldest(&mut conn, 10, 1 << 20).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].aggregate_id, "b");
}
