//! Dying at a named point, for the crash suite: only in a build with the feature `failpoints`.
//!
//! The process kills itself with SIGKILL, as the kernel or an operator would: nothing is flushed,
//! rolled back or said.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use clap::Args;
use rustix::process::{Signal, getpid, kill_process};

/// Where this process is to die.
#[derive(Args, Clone, Debug, Default)]
pub struct KillAt {
    /// Kills this process when it comes to a named point for the nth time, counted from when it first
    /// came to the point before `>`.
    #[arg(
        long = "kill-at",
        env = "WINNER_KILL_AT",
        value_name = "[AFTER>]POINT[:NTH]",
        value_delimiter = ',',
        global = true,
        hide = true
    )]
    points: Vec<Death>,
}

/// A point, and which passing of it is deadly.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Death {
    /// Passings count from when this one was passed, or from the start.
    after: Option<String>,
    point: String,
    nth: u32,
}

impl FromStr for Death {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (after, rest) = match text.split_once('>') {
            Some((after, rest)) => (Some(known(after)?), rest),
            None => (None, text),
        };
        let (point, nth) = match rest.split_once(':') {
            Some((point, nth)) => (point, nth.parse().context("which passing is deadly?")?),
            None => (rest, 1),
        };
        if nth == 0 {
            bail!("the first passing is 1");
        }
        let point = known(point)?;
        if after.as_ref() == Some(&point) {
            bail!("{point} after itself: ask for its second passing");
        }
        Ok(Self { after, point, nth })
    }
}

fn known(point: &str) -> Result<String> {
    if !points().any(|known| known == point) {
        bail!("there is no point {point}");
    }
    Ok(point.to_owned())
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
            let counting = Arc::new(AtomicBool::new(death.after.is_none()));
            if let Some(after) = &death.after {
                let counting = Arc::clone(&counting);
                on(after, move || counting.store(true, Ordering::SeqCst))?;
            }
            let passed = AtomicU32::new(0);
            let nth = death.nth;
            on(&death.point, move || {
                if counting.load(Ordering::SeqCst)
                    && passed.fetch_add(1, Ordering::SeqCst) + 1 == nth
                {
                    die();
                }
            })?;
        }
        Ok(())
    }
}

fn on(point: &str, passed: impl Fn() + Send + Sync + 'static) -> Result<()> {
    fail::cfg_callback(point, passed)
        .map_err(anyhow::Error::msg)
        .with_context(|| format!("{point} cannot be armed"))
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
        assert!(
            "unit.commit.before>unit.commit.before"
                .parse::<Death>()
                .is_err()
        );
    }

    #[test]
    fn a_point_is_read_with_its_number_and_the_point_before_it() {
        let third: Death = "relay.lock.before:3".parse().unwrap();
        assert_eq!((third.point.as_str(), third.nth), ("relay.lock.before", 3));
        let submitted: Death = "submit.appended.after>unit.commit.before".parse().unwrap();
        assert_eq!(submitted.after.as_deref(), Some("submit.appended.after"));
        assert_eq!(
            (submitted.point.as_str(), submitted.nth),
            ("unit.commit.before", 1)
        );
    }
}
