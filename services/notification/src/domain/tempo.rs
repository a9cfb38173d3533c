//! A limit of so many in any window of time, as slots: whoever uses a slot in its time never exceeds the limit,
//! however many copies take slots and however late their clocks and networks are.
//!
//! Slots follow one another at a fixed distance, and one may be used up to [`LATE`] after it began. In
//! any window fall the slots that began in it and in the [`LATE`] before; the distance is chosen so
//! that these are no more than the limit. That costs eight per cent of the rate of a second, and buys that no
//! window holds more, not even one that begins anywhere.

use std::time::Duration;

/// So late after its beginning a slot may be used.
pub const LATE: Duration = Duration::from_millis(80);

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    messages: u32,
    window: Duration,
}

impl Tempo {
    /// So many a second; `None` for no limit.
    pub const fn new(per_second: u32) -> Option<Self> {
        Self::within(per_second, Duration::from_secs(1))
    }

    /// So many in any window of this length; `None` for no limit.
    pub const fn within(messages: u32, window: Duration) -> Option<Self> {
        if messages == 0 {
            None
        } else {
            Some(Self { messages, window })
        }
    }

    /// From one slot to the next.
    pub fn spacing(self) -> Duration {
        // Rounded up: a slot too early would be one too many.
        (self.window + LATE) / self.messages + Duration::from_micros(1)
    }

    /// So many slots are taken at once: about a quarter of a second's, so that taking them costs little
    /// and a copy that stops wastes little.
    pub fn at_once(self) -> u32 {
        let quarter = Duration::from_millis(250).as_nanos() / self.spacing().as_nanos();
        u32::try_from(quarter).unwrap_or(u32::MAX).clamp(1, 100)
    }
}

/// A slot, by any clock that does not jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot<Moment> {
    /// Not before.
    pub earliest: Moment,
    /// Not after.
    pub latest: Moment,
}

/// The slots of one taking. It was asked for at `asked`, answered at `answered`, and the answer said that
/// the first slot begins `in` from a moment between the two that only the database knows. So a slot is
/// used after the latest moment at which it may begin, and before the earliest at which it may end.
pub fn slots<Moment: std::ops::Add<Duration, Output = Moment> + Copy>(
    asked: Moment,
    answered: Moment,
    begins_in: Duration,
    spacing: Duration,
    count: u32,
) -> impl Iterator<Item = Slot<Moment>> {
    (0..count).map(move |place| {
        let after = begins_in + spacing * place;
        Slot {
            earliest: answered + after,
            latest: asked + after + LATE,
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One taking by one copy: how long the question and the answer travelled, and how late the slots
    /// were used.
    #[derive(Debug, Clone)]
    struct Taking {
        pause: u64,
        there: u64,
        back: u64,
        late: Vec<u64>,
    }

    fn taking() -> impl Strategy<Value = Taking> {
        let late = proptest::collection::vec(0_u64..120, 1..30);
        (0_u64..400, 0_u64..60, 0_u64..60, late).prop_map(|(pause, there, back, late)| Taking {
            pause,
            there,
            back,
            late,
        })
    }

    /// When messages go, in microseconds, given what two copies do; the database hands slots out.
    fn goings(tempo: Tempo, copies: &[Vec<Taking>]) -> Vec<u64> {
        let ms = Duration::from_millis;
        let mut questions: Vec<(Duration, &Taking)> = Vec::new();
        for takings in copies {
            let mut now = Duration::ZERO;
            for taking in takings {
                now += ms(taking.pause);
                questions.push((now, taking));
                now += ms(taking.there + taking.back);
            }
        }
        // As they reach the database.
        questions.sort_by_key(|(asked, taking)| *asked + ms(taking.there));
        let (mut next, mut goings) = (Duration::ZERO, Vec::new());
        for (asked, taking) in questions {
            let heard = asked + ms(taking.there);
            let first = next.max(heard);
            next = first + tempo.spacing() * tempo.at_once();
            let answered = heard + ms(taking.back);
            let slots = slots(
                asked,
                answered,
                first.saturating_sub(heard),
                tempo.spacing(),
                tempo.at_once(),
            );
            for (slot, late) in slots.zip(taking.late.iter().cycle()) {
                let going = slot.earliest + ms(*late);
                if going <= slot.latest {
                    goings.push(u64::try_from(going.as_micros()).unwrap());
                }
            }
        }
        goings.sort_unstable();
        goings
    }

    proptest! {
        #[test]
        fn no_second_holds_more_than_the_limit_with_two_copies(
            per_second in 1_u32..300,
            first in proptest::collection::vec(taking(), 1..20),
            second in proptest::collection::vec(taking(), 1..20),
        ) {
            let tempo = Tempo::new(per_second).unwrap();
            let goings = goings(tempo, &[first, second]);
            for (from, going) in goings.iter().enumerate() {
                let within = goings[from..].iter().take_while(|other| **other < going + 1_000_000);
                prop_assert!(within.count() <= per_second as usize);
            }
        }
    }

    proptest! {
        #[test]
        fn no_window_of_any_length_holds_more_than_the_limit_with_two_copies(
            messages in 1_u32..300,
            window_ms in 100_u64..4_000,
            first in proptest::collection::vec(taking(), 1..20),
            second in proptest::collection::vec(taking(), 1..20),
        ) {
            let tempo = Tempo::within(messages, Duration::from_millis(window_ms)).unwrap();
            let goings = goings(tempo, &[first, second]);
            for (from, going) in goings.iter().enumerate() {
                let within = goings[from..].iter().take_while(|other| **other < going + window_ms * 1_000);
                prop_assert!(within.count() <= messages as usize);
            }
        }
    }

    #[test]
    fn hardly_any_of_the_rate_is_given_away() {
        for per_second in [1, 7, 50, 1_000] {
            let tempo = Tempo::new(per_second).unwrap();
            let slots = 60.0 / tempo.spacing().as_secs_f64();
            assert!(
                slots > f64::from(per_second) * 60.0 * 0.92,
                "{per_second}: {slots}"
            );
        }
        assert_eq!(Tempo::new(0), None);
    }
}
