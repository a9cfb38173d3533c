//! Dying at a named point, for the crash suite: only in a build with the feature `failpoints`.
//!
//! The process kills itself with SIGKILL, as the kernel or an operator would: nothing is flushed,
//! rolled back or said.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use clap::Args;
use rustix::process::{Signal, getpid, kill_process};

/// Where this process is to die.
#[derive(Args, Clone, Debug, Default)]
pub struct KillAt {
    /// Kills this process when it comes to a named point for the nth time.
    #[arg(
        long = "kill-at",
        env = "WINNER_KILL_AT",
        value_name = "POINT[:NTH]",
        value_delimiter = ',',
        global = true,
        hide = true
    )]
    points: Vec<Death>,
}

/// A point, and which passing of it is deadly.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Death {
    point: String,
    nth: u32,
}

impl FromStr for Death {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (point, nth) = match text.split_once(':') {
            Some((point, nth)) => (point, nth.parse().context("which passing is deadly?")?),
            None => (text, 1),
        };
        if nth == 0 {
            bail!("the first passing is 1");
        }
        if !points().any(|known| known == point) {
            bail!("there is no point {point}");
        }
        Ok(Self {
            point: point.to_owned(),
            nth,
        })
    }
}

/// Every named point of messaging and the services.
pub fn points() -> impl Iterator<Item = &'static str> {
    winner_messaging::points::ALL
        .iter()
        .chain(winner_intake::points::ALL)
        .chain(winner_notification::points::ALL)
        .copied()
}

impl KillAt {
    /// Arms the points.
    ///
    /// # Errors
    /// When the points were compiled away after all.
    pub fn arm(&self) -> Result<()> {
        for death in &self.points {
            let passed = AtomicU32::new(0);
            let nth = death.nth;
            fail::cfg_callback(&death.point, move || {
                if passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
                    die();
                }
            })
            .map_err(anyhow::Error::msg)
            .with_context(|| format!("{} cannot be armed", death.point))?;
        }
        Ok(())
    }
}

/// Ends this process as `kill -9` does, and never goes on from here.
fn die() -> ! {
    loop {
        if let Err(error) = kill_process(getpid(), Signal::KILL) {
            eprintln!("winner: cannot kill itself: {error}");
        }
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_is_not_known_is_refused() {
        assert!("relay.lunch.before".parse::<Death>().is_err());
        assert!("relay.lock.before:0".parse::<Death>().is_err());
        let third: Death = "relay.lock.before:3".parse().unwrap();
        assert_eq!((third.point.as_str(), third.nth), ("relay.lock.before", 3));
    }
}
