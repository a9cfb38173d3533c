//! Whether a relay is worth trying: where there are two, messages go by the other while one is down.

use std::time::Duration;

/// After so many failures in a row it counts as down, where a single one proves little.
const PROVES: u32 = 3;
/// Down for so long at first; doubles with every trial that fails.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// ... up to this, so that a relay is found again soon after it is back.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What is known of one relay. `Moment` is any clock that does not jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteHealth<Moment> {
    failures: u32,
    down: Option<Down<Moment>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Down<Moment> {
    retry_at: Moment,
    wait: Duration,
}

/// How much a failure proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The relay cannot be reached, or lets nobody in.
    Decisive,
    /// A conversation broke off; others may go well.
    Slight,
}

/// What the other copies should hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It is down, for so long at least.
    Down(Duration),
    /// It answers again.
    Answers,
}

impl<Moment: Copy + PartialOrd + std::ops::Add<Duration, Output = Moment>> RouteHealth<Moment> {
    /// A relay of which nothing bad is known.
    pub const fn new() -> Self {
        Self {
            failures: 0,
            down: None,
        }
    }

    /// It is not known to be down.
    pub const fn is_up(&self) -> bool {
        self.down.is_none()
    }

    /// Whether a message may go by it now. Of a relay that is down, one message finds out whether it
    /// still is: the next one waits as long as a failure would make it wait.
    pub fn may_be_tried(&mut self, now: Moment) -> bool {
        match &mut self.down {
            None => true,
            Some(down) if now >= down.retry_at => {
                down.retry_at = now + down.wait;
                true
            }
            Some(_) => false,
        }
    }

    /// It failed.
    pub fn failed(&mut self, weight: Weight, now: Moment) -> Option<News> {
        self.failures = self.failures.saturating_add(1);
        let wait = match self.down {
            Some(down) => (down.wait * 2).min(LONGEST_WAIT),
            None if weight == Weight::Decisive || self.failures >= PROVES => FIRST_WAIT,
            None => return None,
        };
        self.down = Some(Down {
            retry_at: now + wait,
            wait,
        });
        Some(News::Down(wait))
    }

    /// It answered.
    pub fn answered(&mut self) -> Option<News> {
        self.failures = 0;
        self.down.take().map(|_| News::Answers)
    }

    /// Another copy told that it is down for so much longer.
    pub fn heard_down(&mut self, wait: Duration, now: Moment) {
        if self.down.is_none() && !wait.is_zero() {
            self.down = Some(Down {
                retry_at: now + wait,
                wait: FIRST_WAIT,
            });
        }
    }

    /// Another copy told that it answers.
    pub fn heard_answers(&mut self) {
        self.failures = 0;
        self.down = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn who_cannot_be_reached_is_down_at_once_and_who_stumbles_is_given_three_chances() {
        let mut dead = RouteHealth::new();
        assert!(dead.failed(Weight::Decisive, at(0)).is_some());
        assert!(!dead.may_be_tried(at(0)));
        let mut shaky = RouteHealth::new();
        assert_eq!(shaky.failed(Weight::Slight, at(0)), None);
        assert_eq!(shaky.failed(Weight::Slight, at(0)), None);
        assert!(shaky.is_up());
        assert!(shaky.failed(Weight::Slight, at(0)).is_some());
        assert!(!shaky.is_up());
    }

    #[test]
    fn one_message_at_a_time_finds_out_whether_it_is_back() {
        let mut health = RouteHealth::new();
        health.failed(Weight::Decisive, at(0));
        assert!(health.may_be_tried(at(1)));
        assert!(!health.may_be_tried(at(1)), "a second one");
        assert_eq!(
            health.failed(Weight::Slight, at(1)),
            Some(News::Down(at(2)))
        );
        assert!(!health.may_be_tried(at(2)));
        assert!(health.may_be_tried(at(3)));
        assert_eq!(health.answered(), Some(News::Answers));
        assert!(health.may_be_tried(at(3)) && health.is_up());
    }

    #[test]
    fn it_is_looked_for_every_half_minute_at_least() {
        let mut health = RouteHealth::new();
        for _ in 0..50 {
            health.failed(Weight::Decisive, at(0));
        }
        assert!(health.may_be_tried(at(30)));
    }

    #[test]
    fn what_another_copy_tells_is_believed_until_it_tells_otherwise() {
        let mut health = RouteHealth::new();
        health.heard_down(at(5), at(0));
        assert!(!health.may_be_tried(at(4)));
        assert!(health.may_be_tried(at(5)));
        health.heard_answers();
        assert!(health.may_be_tried(at(5)));
    }
}
