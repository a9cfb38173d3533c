//! One line per step, so that whoever waits knows for what.

use std::fmt;
use std::sync::Arc;

/// Where the lines of progress go.
#[derive(Clone)]
pub struct Progress {
    say: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Progress {
    /// Every line to `say`.
    pub fn new(say: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { say: Arc::new(say) }
    }

    /// Lines to standard error, out of the way of a command's result.
    pub fn stderr() -> Self {
        Self::new(|line| eprintln!("{line}"))
    }

    /// No lines, for tests.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// Says one line.
    pub fn step(&self, line: impl AsRef<str>) {
        (self.say)(line.as_ref());
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::stderr()
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
