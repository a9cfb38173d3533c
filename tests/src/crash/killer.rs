//! Kills copies at named points: each role has a queue of points, and its first copy dies at one after
//! the other while its second copy and everything else go on.

use std::collections::{BTreeMap, VecDeque};
use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use tokio::time::Instant;
use winner::stack::fleet::CopyId;

use super::crowd::Crowd;
use super::rig::Rig;

const POLL: Duration = Duration::from_millis(50);
const SIGKILL: i32 = 9;

/// A point at which a copy is to die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The point.
    pub point: &'static str,
    /// Which passing of it is deadly; points that idle loops pass as well want a few.
    pub nth: u32,
    /// Passings count from when this point was passed, or from the start.
    pub after: Option<&'static str>,
    /// A setting of this copy alone that makes the point likely, or nothing.
    pub setting: Option<(&'static str, &'static str)>,
    /// Whether the role's events are kept back now and then, so that many wait for its relay.
    pub crowded: bool,
}

impl Sentence {
    /// Death at the first passing.
    pub const fn at(point: &'static str) -> Self {
        Self::nth(point, 1)
    }

    /// Death at the nth passing.
    pub const fn nth(point: &'static str, nth: u32) -> Self {
        Self {
            point,
            nth,
            after: None,
            setting: None,
            crowded: false,
        }
    }

    /// Only after another point: in the middle of what passes that one, most likely.
    #[must_use]
    pub const fn after(mut self, point: &'static str) -> Self {
        self.after = Some(point);
        self
    }

    /// Where the relay finds many events, and not only one after the other as they come.
    #[must_use]
    pub const fn crowded(mut self) -> Self {
        self.crowded = true;
        self
    }

    /// With a setting.
    #[must_use]
    pub const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.setting = Some((name, value));
        self
    }
}

/// What each role's first copy is to die of, in order.
pub type Queues = BTreeMap<&'static str, VecDeque<Sentence>>;

/// Carries out every sentence, all roles at once, and starts the copies again. Returns how long each
/// took.
///
/// # Errors
/// When a copy ends in another way, or a point is not reached within `patience`.
pub async fn carry_out(
    rig: &mut Rig,
    mut queues: Queues,
    patience: Duration,
) -> Result<Vec<(&'static str, Duration)>> {
    let mut running: BTreeMap<&'static str, (Sentence, Instant)> = BTreeMap::new();
    let mut crowds: BTreeMap<&'static str, Crowd> = BTreeMap::new();
    let mut done = Vec::new();
    loop {
        let roles: Vec<&'static str> = queues.keys().copied().collect();
        for role in roles {
            let copy = CopyId::new(role, 1);
            if let Some((sentence, since)) = running.get(role).copied() {
                let Some(end) = rig.installation.fleet.end_of(&copy)? else {
                    if since.elapsed() > patience {
                        bail!(
                            "{copy} did not come to {} within {} s; its log:\n{}",
                            sentence.point,
                            patience.as_secs(),
                            rig.log_of(&copy)
                        );
                    }
                    continue;
                };
                ensure!(
                    end.signal() == Some(SIGKILL),
                    "{copy} was to die at {}, and ended with {end}; its log:\n{}",
                    sentence.point,
                    rig.log_of(&copy)
                );
                done.push((sentence.point, since.elapsed()));
                running.remove(role);
                crowds.remove(role);
            }
            let next = queues.get_mut(role).and_then(VecDeque::pop_front);
            match next {
                Some(sentence) => {
                    start_sentenced(rig, &copy, sentence)?;
                    if sentence.crowded {
                        crowds.insert(role, Crowd::of(role, &rig.admin));
                    }
                    running.insert(role, (sentence, Instant::now()));
                }
                None => {
                    queues.remove(role);
                    rig.installation.fleet.start(&copy)?;
                }
            }
        }
        if running.is_empty() && queues.is_empty() {
            return Ok(done);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Starts a copy that will die at its point; one that still runs is killed first.
fn start_sentenced(rig: &mut Rig, copy: &CopyId, sentence: Sentence) -> Result<()> {
    let fleet = &mut rig.installation.fleet;
    fleet.kill(copy)?;
    let after = sentence.after.map(|after| format!("{after}>"));
    let death = format!(
        "{}{}:{}",
        after.unwrap_or_default(),
        sentence.point,
        sentence.nth
    );
    fleet.set_environment("WINNER_KILL_AT", &death);
    let restored = sentence.setting.map(|(name, value)| {
        fleet.set_environment(name, value);
        (name, super::rig::setting(name).unwrap_or_default())
    });
    let started = fleet.start(copy);
    fleet.set_environment("WINNER_KILL_AT", "");
    if let Some((name, value)) = restored {
        fleet.set_environment(name, value);
    }
    started
}
