//! Findings as a person reads them: the worst first, in columns, and how many of each kind.

use std::fmt;

use super::{Finding, Verdict};

/// Findings for a person.
#[derive(Debug)]
pub struct Report<'a>(pub &'a [Finding]);

impl Report<'_> {
    /// How many findings are that bad.
    pub fn count(&self, verdict: Verdict) -> usize {
        let same = |finding: &&Finding| finding.verdict == verdict;
        self.0.iter().filter(same).count()
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut findings: Vec<&Finding> = self.0.iter().collect();
        // Stable: what depends on something else stays behind it.
        findings.sort_by_key(|finding| finding.verdict);
        let subjects = findings.iter().map(|finding| finding.subject.len());
        let width = subjects.max().unwrap_or_default();
        for finding in findings {
            let mark = match finding.verdict {
                Verdict::Bad => "BAD ",
                Verdict::Odd => "look",
                Verdict::Good => "ok  ",
            };
            let Finding { subject, seen, .. } = finding;
            let mut lines = seen.lines();
            let first = lines.next().unwrap_or_default();
            writeln!(f, "{mark} {subject:width$}  {first}")?;
            for line in lines {
                writeln!(f, "     {:width$}  {line}", "")?;
            }
            if !finding.remedy.is_empty() {
                writeln!(f, "     {:width$}  -> {}", "", finding.remedy)?;
            }
        }
        write!(
            f,
            "{} checks: {} ok, {} to look at, {} failed",
            self.0.len(),
            self.count(Verdict::Good),
            self.count(Verdict::Odd),
            self.count(Verdict::Bad)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> [Finding; 4] {
        [
            Finding::good("mail server", "220 mail.contoh.test"),
            Finding::odd(
                "business time",
                "is ahead by 5 s",
                "`winner clock set real`",
            ),
            Finding::bad("broker", "refuses us\nand hangs up", "start NATS"),
            Finding::good("database", "answers"),
        ]
    }

    #[test]
    fn the_worst_is_told_first_in_columns() {
        insta::assert_snapshot!(Report(&findings()), @r"
        BAD  broker         refuses us
                            and hangs up
                            -> start NATS
        look business time  is ahead by 5 s
                            -> `winner clock set real`
        ok   mail server    220 mail.contoh.test
        ok   database       answers
        4 checks: 2 ok, 1 to look at, 1 failed
        ");
    }

    #[test]
    fn a_machine_reads_four_fields_that_stay() {
        let [_, odd, ..] = findings();
        insta::assert_snapshot!(
            serde_json::to_string(&odd).unwrap(),
            @r#"{"subject":"business time","verdict":"odd","seen":"is ahead by 5 s","remedy":"`winner clock set real`"}"#
        );
    }
}
