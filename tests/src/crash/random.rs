//! Kills whatever the seed says: copies of services, NATS, Postgres.

use std::time::Duration;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use winner::stack::fleet::CopyId;

use super::rig::{COPIES, Rig};

/// Who is killed next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Victim {
    /// A copy of a service.
    Copy(CopyId),
    /// The broker.
    Nats,
    /// The database.
    Postgres,
}

/// Among whom the next victim is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Every service, NATS and Postgres.
    Everybody,
    /// Those that a mail passes: notification, NATS and Postgres.
    Senders,
}

/// What was killed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toll {
    /// Copies of services.
    pub copies: usize,
    /// Of those, notification's.
    pub senders: usize,
    /// Times that the broker was killed.
    pub nats: usize,
    /// Times that the database was killed.
    pub postgres: usize,
}

/// Kills `kills` times, each time after a moment of work, and lets what was killed come back.
///
/// # Errors
/// When something does not come back.
pub async fn rage(rig: &mut Rig, whom: Whom, kills: usize, seed: u64) -> Result<Toll> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut toll = Toll::default();
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(rng.random_range(100..1_200))).await;
        let victim = choose(whom, &mut rng);
        kill(
            rig,
            &victim,
            &mut toll,
            Duration::from_millis(rng.random_range(0..400)),
        )
        .await?;
    }
    Ok(toll)
}

/// Seven in ten are copies of services.
fn choose(whom: Whom, rng: &mut StdRng) -> Victim {
    match rng.random_range(0..10) {
        0 | 1 => Victim::Nats,
        2 => Victim::Postgres,
        _ => {
            let services = winner::registry::SERVICES;
            if whom == Whom::Senders {
                let copy = rng.random_range(1..=COPIES);
                return Victim::Copy(CopyId::new("notification", copy));
            }
            // The services whose promises are at stake more often than those that only listen.
            let weighted = [
                "intake",
                "intake",
                "notification",
                "notification",
                "matching",
                "judging",
            ];
            let role = weighted[rng.random_range(0..weighted.len())];
            debug_assert!(services.iter().any(|service| service.name == role));
            Victim::Copy(CopyId::new(role, rng.random_range(1..=COPIES)))
        }
    }
}

async fn kill(rig: &mut Rig, victim: &Victim, toll: &mut Toll, down: Duration) -> Result<()> {
    match victim {
        Victim::Copy(id) => {
            toll.copies += 1;
            toll.senders += usize::from(id.role == "notification");
            rig.installation.fleet.kill(id)?;
            tokio::time::sleep(down).await;
            rig.installation.fleet.start(id)?;
        }
        Victim::Nats => {
            toll.nats += 1;
            // Frozen first, it takes events to its grave that were sent and never answered.
            rig.stack.freeze_nats().await?;
            tokio::time::sleep(down).await;
            rig.stack.kill_nats().await?;
            tokio::time::sleep(down).await;
            rig.stack.revive_nats().await?;
        }
        Victim::Postgres => {
            toll.postgres += 1;
            rig.stack.kill_postgres().await?;
            tokio::time::sleep(down).await;
            rig.stack.revive_postgres().await?;
        }
    }
    // A copy that gave up because a server was away is started again, as Kubernetes would.
    for id in rig.installation.fleet.ended()? {
        rig.installation.fleet.start(&id)?;
    }
    Ok(())
}
