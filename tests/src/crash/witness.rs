//! Witnesses in the database: every time a consumer moves its cursor, a row that no service knows of
//! says so, in the same transaction. What is applied twice or out of order is seen there.

use anyhow::Result;
use sqlx::PgPool;

use super::sql;

/// Puts the witnesses up, for every service.
///
/// # Errors
/// When the database refuses.
pub async fn install(admin: &PgPool) -> Result<()> {
    sql::run(
        admin,
        "create schema witness;
         create table witness.applied (
             position       bigint generated always as identity primary key,
             service        text    not null,
             consumer       text    not null,
             aggregate_type text    not null,
             aggregate_id   text    not null,
             epoch          integer not null,
             count          bigint  not null
         );
         create function witness.note() returns trigger
             language plpgsql security definer set search_path = witness
             as $$ begin
                 insert into witness.applied
                     (service, consumer, aggregate_type, aggregate_id, epoch, count)
                 values (tg_table_schema, new.consumer, new.aggregate_type, new.aggregate_id,
                         new.epoch, new.count);
                 return null;
             end $$;",
    )
    .await?;
    for service in winner::registry::SERVICES {
        // Fires on every statement that sets the counter, also to what it was.
        sql::run(
            admin,
            format!(
                "create trigger witness after update of epoch, count on {}.inbox
                     for each row execute function witness.note()",
                service.name
            ),
        )
        .await?;
    }
    Ok(())
}

/// Makes every fourth event's messages impossible to keep, until [`heal`]: what notification cannot
/// apply becomes a dead letter.
///
/// # Errors
/// When the database refuses.
pub async fn poison(admin: &PgPool) -> Result<()> {
    sql::run(
        admin,
        "create function witness.refuse() returns trigger language plpgsql
             as $$ begin
                 if abs(hashtext(new.event_id::text)) % 4 = 0 then
                     raise exception 'poisoned by the test';
                 end if;
                 return new;
             end $$;
         create trigger poison before insert on notification.messages
             for each row execute function witness.refuse()",
    )
    .await
}

/// Ends what [`poison`] began.
///
/// # Errors
/// When the database refuses.
pub async fn heal(admin: &PgPool) -> Result<()> {
    sql::run(admin, "drop trigger poison on notification.messages").await
}

/// Lets notification apply no second event of a submission, until [`accept_second_events`].
///
/// # Errors
/// When the database refuses.
pub async fn refuse_second_events(admin: &PgPool) -> Result<()> {
    sql::run(
        admin,
        "create function witness.refuse_second() returns trigger language plpgsql
             as $$ begin raise exception 'refused by the test'; end $$;
         create trigger second before update of count on notification.inbox
             for each row when (new.aggregate_type = 'submission' and new.count = 2)
             execute function witness.refuse_second()",
    )
    .await
}

/// Ends what [`refuse_second_events`] began.
///
/// # Errors
/// When the database refuses.
pub async fn accept_second_events(admin: &PgPool) -> Result<()> {
    sql::run(admin, "drop trigger second on notification.inbox").await
}
