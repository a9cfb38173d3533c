//! Time: how well a process can know the database's, and how far this machine's own is off.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use winner_platform::clock;
use winner_platform::{Clock, Tasks};

use super::Finding;

/// How long the clock may take to settle.
const SETTLING: Duration = Duration::from_secs(5);
/// Tokens live five minutes by the clock of the machine: a second is noticed by nobody.
const SKEW: Duration = Duration::from_secs(1);

/// The clock's error is half of a round trip to the database: over 25 ms nobody is ready.
pub(super) async fn examine(pool: &PgPool, service: &str) -> Finding {
    let subject = format!("{service}: clock");
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let (tasks, _crashes) = Tasks::new();
    let clock = match Clock::start(pool.clone(), &tasks, stop).await {
        Ok(clock) => clock,
        Err(error) => {
            return Finding::bad(subject, anyhow::Error::from(error), "run `winner migrate`");
        }
    };
    let settled = async {
        while !clock.is_settled() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    match tokio::time::timeout(SETTLING, settled).await {
        Ok(()) => skew(pool, &clock, subject).await,
        Err(_elapsed) => Finding::bad(
            subject,
            "not settled after 5 s: the database answers too slowly to know the time",
            "bring the service nearer to its database, or find what slows it down",
        ),
    }
}

/// Real time by the database against real time by this machine.
async fn skew(pool: &PgPool, clock: &Clock, subject: String) -> Finding {
    let offset = match clock::read_offset(pool).await {
        Ok(offset) => offset,
        Err(error) => {
            return Finding::bad(subject, anyhow::Error::from(error), "run `winner migrate`");
        }
    };
    let database = clock.business().as_offset() - offset;
    apart(database - clock.real().as_offset(), subject)
}

fn apart(ahead: time::Duration, subject: String) -> Finding {
    if ahead.unsigned_abs() <= SKEW {
        return Finding::good(subject, "settled: business time is known within 25 ms");
    }
    Finding::odd(
        subject,
        format_args!(
            "the database's clock is {:+.1} s from this machine's",
            ahead.as_seconds_f64()
        ),
        "let both follow NTP (`chronyc tracking` on each); tokens live by the machine's clock, \
         deadlines by the database's",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn clocks_apart_are_found_in_either_direction() {
        let of = |ms| apart(time::Duration::milliseconds(ms), "clock".to_owned());
        assert_eq!(of(-900).verdict, Verdict::Good);
        assert!(of(2_000).seen.contains("+2.0 s"));
        assert!(of(-2_000).seen.contains("-2.0 s"));
    }
}
