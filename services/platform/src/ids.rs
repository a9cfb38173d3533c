//! Ids and randomness, from one place, so that a test can have them from a seed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

use crate::clock::unix_now;

/// Where seeded ids begin: 2025-01-01 in milliseconds since 1970.
const SEEDED_START_MILLIS: u64 = 1_735_689_600_000;

/// Makes ids, secrets and salts. Cheap to clone; clones draw from the same source.
#[derive(Clone, Debug)]
pub struct Ids {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// The process's generator, seeded by the operating system.
    System,
    /// A fixed sequence.
    Seeded(Arc<Mutex<Seeded>>),
}

#[derive(Debug)]
struct Seeded {
    rng: StdRng,
    millis: u64,
}

impl Ids {
    /// The source for production: unpredictable, seeded by the operating system.
    pub const fn system() -> Self {
        Self {
            source: Source::System,
        }
    }

    /// The same sequence of ids for the same seed, for tests. Never for production: its secrets
    /// can be guessed.
    pub fn seeded(seed: u64) -> Self {
        let seeded = Seeded {
            rng: StdRng::seed_from_u64(seed),
            millis: SEEDED_START_MILLIS,
        };
        Self {
            source: Source::Seeded(Arc::new(Mutex::new(seeded))),
        }
    }

    /// A new UUID of version 7: it sorts by the microsecond it was made in.
    pub fn uuid(&self) -> Uuid {
        let mut tail = [0_u8; 10];
        let millis = match &self.source {
            Source::System => {
                fill_from_system(&mut tail);
                let now = unix_now();
                // RFC 9562 method 3: the 12 bits after the milliseconds hold a finer fraction.
                let micros = now.subsec_micros() % 1_000;
                let fraction = u16::try_from(micros * 4_096 / 1_000).unwrap_or(0x0FFF);
                tail[..2].copy_from_slice(&fraction.to_be_bytes());
                u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
            }
            Source::Seeded(seeded) => {
                let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
                seeded.millis += 1;
                seeded.rng.fill_bytes(&mut tail);
                seeded.millis
            }
        };
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// 256 bits nobody can guess: keys, tokens.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0_u8; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// 128 bits that make equal contents hash differently.
    pub fn salt(&self) -> [u8; 16] {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// A seed for an algorithm that must be repeatable.
    pub fn seed(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// `wait` give or take a quarter, so that copies of a service do not act in step.
    pub fn jittered(&self, wait: Duration) -> Duration {
        // The upper 53 bits fill a fraction exactly.
        let fraction = (self.seed() >> 11) as f64 / (1_u64 << 53) as f64;
        wait.mul_f64(0.75 + fraction / 2.0)
    }

    fn fill(&self, bytes: &mut [u8]) {
        match &self.source {
            Source::System => fill_from_system(bytes),
            Source::Seeded(seeded) => {
                seeded
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .rng
                    .fill_bytes(bytes);
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that draws from the system"
)]
fn fill_from_system(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

impl Default for Ids {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_differ() {
        let ids = Ids::system();
        let (first, second) = (ids.uuid(), ids.uuid());
        assert_eq!(first.get_version_num(), 7);
        assert_ne!(first, second);
    }

    #[test]
    fn a_later_id_sorts_later() {
        let ids = Ids::system();
        let first = ids.uuid();
        std::thread::sleep(Duration::from_micros(50));
        assert!(ids.uuid() > first);
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let (one, same, other) = (Ids::seeded(7), Ids::seeded(7), Ids::seeded(8));
        let first = one.uuid();
        assert_eq!(first, same.uuid());
        assert_ne!(first, other.uuid());
        assert!(one.uuid() > first);
        assert_eq!(one.secret(), {
            same.uuid();
            same.secret()
        });
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        let ids = Ids::seeded(1);
        for _ in 0..100 {
            let wait = ids.jittered(Duration::from_secs(4));
            assert!((3_000..=5_000).contains(&wait.as_millis()), "{wait:?}");
        }
    }
}
