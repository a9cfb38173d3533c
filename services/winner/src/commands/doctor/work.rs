//! What should have happened by now: waves that are due, messages that somebody must look at.

use sqlx::PgPool;

use super::Finding;

/// Whatever a service has to do by itself, asked in its own schema.
pub(super) async fn examine(pool: &PgPool, service: &str) -> Vec<Finding> {
    match service {
        "intake" => vec![waves(pool).await],
        "notification" => vec![sending(pool).await, unknown(pool).await],
        _ => Vec::new(),
    }
}

/// A wave is closed `submit.max_duration` after its deadline: five minutes are more than any of it.
async fn waves(pool: &PgPool) -> Finding {
    let subject = "intake: waves";
    let due = sqlx::query!(
        "SELECT   w.edition_id, w.wave_id
         FROM     intake.waves w
         JOIN     intake.editions e ON e.edition_id = w.edition_id AND e.state = 'open'
         WHERE    w.closed_at IS NULL
         AND      w.submissions_close_at + interval '5 minutes'
                  < clock_timestamp() + (SELECT \"offset\" FROM platform.clock)
         ORDER BY w.submissions_close_at
         LIMIT    20"
    )
    .fetch_all(pool)
    .await;
    match due {
        Ok(due) if due.is_empty() => Finding::good(subject, "none is overdue"),
        Ok(due) => {
            let names = due
                .iter()
                .map(|wave| format!("{}/{}", wave.edition_id, wave.wave_id));
            Finding::bad(
                subject,
                format_args!(
                    "past the deadline and not closed: {}",
                    names.collect::<Vec<_>>().join(", ")
                ),
                "start `winner intake`; if it runs, its log says what keeps it (`job.close_wave_failed`)",
            )
        }
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}

/// Queued messages that no sender takes, and claims whose sender is gone.
async fn sending(pool: &PgPool) -> Finding {
    let subject = "notification: queue";
    let seen = sqlx::query!(
        "SELECT count(*) FILTER (WHERE state = 'queued'
                                 AND   not_before < clock_timestamp() - interval '5 minutes') AS \"late!\",
                count(*) FILTER (WHERE state = 'sending'
                                 AND   lease_until < clock_timestamp() - interval '1 minute') AS \"lapsed!\"
         FROM   notification.messages
         WHERE  state IN ('queued', 'sending')"
    )
    .fetch_one(pool)
    .await;
    match seen {
        Ok(row) if row.late + row.lapsed == 0 => Finding::good(subject, "nothing is late"),
        Ok(row) => Finding::bad(
            subject,
            format_args!(
                "{} message(s) wait for longer than 5 min, {} are claimed by a sender that is gone",
                row.late, row.lapsed
            ),
            "start `winner notification`; if it runs, look at the mail server and at its log",
        ),
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}

/// They are never sent again by themselves: a person finds out and says so.
async fn unknown(pool: &PgPool) -> Finding {
    let subject = "notification: unknown";
    let seen = sqlx::query_scalar!(
        "SELECT count(*) AS \"count!\"
         FROM   notification.messages
         WHERE  state = 'unknown'"
    )
    .fetch_one(pool)
    .await;
    match seen {
        Ok(0) => Finding::good(subject, "every message is known to be out, or not"),
        Ok(count) => Finding::odd(
            subject,
            format_args!("{count} message(s) may or may not have gone out"),
            "look for them in the mail server's log; an organiser settles each by \
             `MessageService.ResolveMessage`",
        ),
        Err(error) => Finding::bad(subject, error, "run `winner migrate`"),
    }
}
