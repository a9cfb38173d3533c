//! What came of an attempt, and what that means for the delivery and its endpoint.

use std::time::Duration;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// The endpoint answered.
    Answered {
        /// The status code.
        status: u16,
        /// What `Retry-After` asks for, bounded.
        retry_after: Option<Duration>,
    },
    /// It did not.
    Unanswered(Fault),
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The host has no address, or its name servers do not answer.
    Unresolved,
    /// The URL or every address of the host is one that may not be called.
    Forbidden,
    /// No connection in time, or TLS failed.
    Unreachable,
    /// Connected, but no answer in time.
    TimedOut,
    /// The connection broke, or what came was not HTTP.
    Broken,
    /// Our own process went away meanwhile; whether it was answered is not known.
    Lost,
}

impl Fault {
    /// Its code in lists and logs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Forbidden => "forbidden_address",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::Lost => "lost",
        }
    }
}

/// What an attempt means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The endpoint has it.
    Delivered,
    /// The endpoint wants nothing any more.
    Gone,
    /// The endpoint cannot keep up: call it more slowly.
    Busy {
        /// What it asks for.
        wait: Option<Duration>,
    },
    /// Not delivered.
    Failed {
        /// What it asks for.
        wait: Option<Duration>,
    },
    /// Our own fault: says nothing of the endpoint, and is made good at once.
    Lost,
}

impl Attempted {
    /// What it means, as Standard Webhooks says: 2xx is success, 410 the end, 429, 502 and 504 ask for fewer
    /// calls. A redirect is a failure, because following one could lead anywhere.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Answered {
                status: 200..=299, ..
            } => Verdict::Delivered,
            Self::Answered { status: 410, .. } => Verdict::Gone,
            Self::Answered {
                status: 429 | 502 | 504,
                retry_after,
            } => Verdict::Busy { wait: *retry_after },
            Self::Answered { retry_after, .. } => Verdict::Failed { wait: *retry_after },
            Self::Unanswered(Fault::Lost) => Verdict::Lost,
            Self::Unanswered(_) => Verdict::Failed { wait: None },
        }
    }

    /// The code kept with the attempt: `answered`, or the fault's.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Unanswered(fault) => fault.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_meaning() {
        let wait = Some(Duration::from_secs(9));
        for status in 0..=999 {
            let answered = Attempted::Answered {
                status,
                retry_after: wait,
            };
            let expected = match status {
                200..=299 => Verdict::Delivered,
                410 => Verdict::Gone,
                429 | 502 | 504 => Verdict::Busy { wait },
                _ => Verdict::Failed { wait },
            };
            assert_eq!(answered.verdict(), expected, "{status}");
        }
    }
}
