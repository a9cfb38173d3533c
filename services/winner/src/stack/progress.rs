//! One line per step, so that whoever waits knows for what; and a bar while a long step goes on.

mod bar;

use std::fmt;
use std::io::IsTerminal as _;
use std::sync::Arc;

pub use bar::Bar;

/// Where the lines of progress go.
#[derive(Clone)]
pub struct Progress {
    say: Arc<dyn Fn(&str) + Send + Sync>,
    /// A person looks on, so bars are drawn.
    watched: bool,
}

impl Progress {
    /// Every line to `say`.
    pub fn new(say: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            say: Arc::new(say),
            watched: false,
        }
    }

    /// Lines to standard error, out of the way of a command's result.
    pub fn stderr() -> Self {
        Self {
            watched: std::io::stderr().is_terminal(),
            ..Self::new(|line| eprintln!("{line}"))
        }
    }

    /// No lines, for tests.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// A bar for a step of `total` things, drawn on a terminal only.
    pub fn bar(&self, what: &str, total: usize) -> Bar {
        Bar::new(what, total, self.watched)
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
