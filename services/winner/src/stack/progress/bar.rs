//! How far a long step is, on one line of a terminal that goes when the step is over.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Characters of the bar itself.
const WIDTH: usize = 30;

/// A bar that is drawn while it lives.
#[derive(Debug)]
pub struct Bar {
    what: String,
    total: usize,
    done: AtomicUsize,
    drawn: bool,
}

impl Bar {
    pub(super) fn new(what: &str, total: usize, drawn: bool) -> Self {
        Self {
            what: what.to_owned(),
            total,
            done: AtomicUsize::new(0),
            drawn: drawn && total > 0,
        }
    }

    /// One more is done.
    pub fn tick(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Drawn once per hundredth: a terminal is slower than we are.
        if self.drawn && done * 100 / self.total > (done - 1) * 100 / self.total {
            eprint!("\r{}", self.line(done));
        }
    }

    fn line(&self, done: usize) -> String {
        let full = (done * WIDTH / self.total.max(1)).min(WIDTH);
        format!(
            "  [{}{}] {done}/{} {}",
            "#".repeat(full),
            "-".repeat(WIDTH - full),
            self.total,
            self.what
        )
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.drawn {
            // Erase the line: what came of the step is told on it next.
            eprint!("\r\x1b[2K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_as_things_are_done() {
        let bar = Bar::new("teams draft", 4, false);
        assert_eq!(
            bar.line(2),
            "  [###############---------------] 2/4 teams draft"
        );
    }
}
