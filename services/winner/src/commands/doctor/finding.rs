//! What a check found.

use std::fmt;

use serde::Serialize;

/// How bad it is; the worst is told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Does not work, or breaks a promise.
    Bad,
    /// Works, but somebody should look.
    Odd,
    /// As it should be.
    Good,
}

/// One check's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at; the same from run to run.
    pub subject: String,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// What to do; empty when nothing is to be done.
    pub remedy: String,
}

impl Finding {
    /// As it should be.
    pub fn good(subject: impl Into<String>, seen: impl fmt::Display) -> Self {
        Self::new(subject, Verdict::Good, seen, "")
    }

    /// Works, but somebody should look.
    pub fn odd(subject: impl Into<String>, seen: impl fmt::Display, remedy: &str) -> Self {
        Self::new(subject, Verdict::Odd, seen, remedy)
    }

    /// Does not work, or breaks a promise.
    pub fn bad(subject: impl Into<String>, seen: impl fmt::Display, remedy: &str) -> Self {
        Self::new(subject, Verdict::Bad, seen, remedy)
    }

    /// The same, only worth a look: where nothing that counts can be lost.
    #[must_use]
    pub fn only_odd_unless(mut self, counts: bool) -> Self {
        if self.verdict == Verdict::Bad && !counts {
            self.verdict = Verdict::Odd;
        }
        self
    }

    fn new(
        subject: impl Into<String>,
        verdict: Verdict,
        seen: impl fmt::Display,
        remedy: &str,
    ) -> Self {
        Self {
            subject: subject.into(),
            verdict,
            // An anyhow error in its alternate form tells its causes too.
            seen: format!("{seen:#}"),
            remedy: remedy.to_owned(),
        }
    }
}
