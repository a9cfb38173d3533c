//! What a check found.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Works, but somebody should look.
    Odd,
    /// Does not work.
    Bad,
}

/// One check's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
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

    /// Does not work.
    pub fn bad(subject: impl Into<String>, seen: impl fmt::Display, remedy: &str) -> Self {
        Self::new(subject, Verdict::Bad, seen, remedy)
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Good => "ok  ",
            Verdict::Odd => "look",
            Verdict::Bad => "BAD ",
        };
        write!(f, "{mark} {}: {}", self.subject, self.seen)?;
        if !self.remedy.is_empty() {
            write!(f, "\n       -> {}", self.remedy)?;
        }
        Ok(())
    }
}
