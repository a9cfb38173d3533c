//! Reading what was missed from the producer's log, before any transaction, and applying it in
//! order.

use crate::consumer::delivery::Kept;
use crate::consumer::inlet::{Applied, How, Inlet};
use crate::consumer::verdict::Verdict;
use crate::counter::Counter;
use crate::reaction::Reactions;
use crate::received::Received;
use crate::{metrics, points};

impl<R: Reactions> Inlet<R> {
    /// Applies everything of the aggregate after `seen`, up to and including `event`.
    pub(super) async fn catch_up(&self, event: &Received, kept: &Kept, seen: Counter) -> Verdict {
        let mut seen = seen;
        while seen < event.counter {
            points::hit("inbox.gap.before").await;
            let listed = self
                .log
                .list(&event.aggregate, &event.aggregate_id, seen)
                .await;
            points::hit("inbox.gap.after").await;
            let page = match listed {
                Ok(page) => page,
                // A log that cannot answer is away, whatever it says: the event is not to blame.
                Err(error) => return self.log_away(&error),
            };
            let before = seen;
            for missed in page.events {
                if missed.counter <= seen {
                    continue;
                }
                if seen >= event.counter {
                    break;
                }
                match self.take_missed(&missed, seen).await {
                    Ok(()) => seen = missed.counter,
                    Err(Stop::Parked) => return self.hold(event, kept).await,
                    Err(Stop::Verdict(verdict)) => return verdict,
                }
            }
            if seen == before {
                return self.not_in_log(event, seen);
            }
        }
        Verdict::Ack
    }

    /// Applies one event of the log.
    async fn take_missed(&self, missed: &Received, seen: Counter) -> Result<(), Stop> {
        // A jump means another epoch, or that the log no longer keeps what is between.
        let how = if seen.continues_with(missed.counter) {
            How::Next
        } else {
            tracing::warn!(
                consumer = self.spec.name,
                aggregate = missed.aggregate,
                aggregate_id = missed.aggregate_id,
                %seen,
                counter = %missed.counter,
                "inbox.state_fetched"
            );
            How::State
        };
        match self.apply(missed, how).await {
            Ok(Applied::Done) => {
                metrics::received(
                    &self.spec,
                    if how == How::Next { "fetched" } else { "state" },
                );
                Ok(())
            }
            Ok(Applied::Seen) => Ok(()),
            Ok(Applied::Parked) => Err(Stop::Parked),
            Ok(Applied::Moved) => Err(Stop::Verdict(Verdict::Later(self.shortly()))),
            Err(failure) => {
                let kept = Kept::logged(&self.naming, missed);
                match self.unapplied(missed, &kept, failure).await {
                    // It became a dead letter: the aggregate is parked. Or its copy was replaced.
                    Verdict::Ack if self.reactions.is_replaced(&missed.aggregate) => Ok(()),
                    Verdict::Ack => Err(Stop::Parked),
                    verdict => Err(Stop::Verdict(verdict)),
                }
            }
        }
    }

    fn log_away(&self, error: &crate::ReactionError) -> Verdict {
        tracing::warn!(
            consumer = self.spec.name,
            producer = self.spec.producer,
            error = error as &dyn std::error::Error,
            "inbox.log_away"
        );
        Verdict::Unavailable(self.spec.producer.to_owned())
    }

    /// The producer has nothing of the kind: it was restored from a backup that does not know this
    /// event, and has said nothing since. Its next event of the aggregate is of a higher epoch and
    /// settles it.
    fn not_in_log(&self, event: &Received, seen: Counter) -> Verdict {
        metrics::received(&self.spec, "not_in_log");
        tracing::error!(
            consumer = self.spec.name,
            event = %event.id,
            aggregate = event.aggregate,
            aggregate_id = event.aggregate_id,
            counter = %event.counter,
            %seen,
            "inbox.not_in_log"
        );
        Verdict::Later(self.backoff(i32::MAX))
    }
}

/// Why the rest of the log is not applied now.
enum Stop {
    Parked,
    Verdict(Verdict),
}
