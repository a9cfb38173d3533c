//! CPU seconds and peak memory of each phase, from the kernel's own accounts,
//! so that figures can be compared while others use the machine.

use serde::Serialize;

/// What a phase used; `None` where the kernel does not tell.
#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the name of the key in the published JSON"
)]
pub(super) struct Phase {
    phase: &'static str,
    cpu_s: Option<f64>,
    peak_mb: Option<f64>,
}

/// Measures phase after phase.
#[derive(Debug)]
pub(super) struct Meter {
    last: Option<f64>,
    phases: Vec<Phase>,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self {
            last: cpu_seconds(),
            phases: Vec::new(),
        }
    }

    /// Ends a phase.
    pub(super) fn phase(&mut self, phase: &'static str) {
        let now = cpu_seconds();
        let cpu_s = self
            .last
            .zip(now)
            .map(|(a, b)| ((b - a) * 1e6).round() / 1e6);
        self.phases.push(Phase {
            phase,
            cpu_s,
            peak_mb: peak_mb(),
        });
        self.last = now;
    }

    pub(super) fn phases(self) -> Vec<Phase> {
        self.phases
    }
}

/// CPU seconds of this thread.
fn cpu_seconds() -> Option<f64> {
    std::thread::yield_now(); // makes the kernel bring its account up to date
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos: u64 = text.split(' ').next()?.parse().ok()?;
    Some(nanos as f64 / 1e9)
}

/// The largest resident memory of the process so far, in megabytes.
fn peak_mb() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some((kilobytes as f64 / 102.4).round() / 10.0)
}
