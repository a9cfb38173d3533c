//! Edition files: an edition's rules as a person writes them, in YAML.
//!
//! The file mirrors `winner.intake.v1.EditionDefinition` field by field; times, durations, deadlines and
//! names of choices are written as people write them. Whatever is wrong is told at once, with its line.

mod reading;
mod values;

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use winner_proto::intake::v1::EditionDefinition;

/// One thing that is wrong with an edition file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionProblem {
    /// The line, from 1.
    pub line: usize,
    /// The path of the field, such as `rounds[0].rubric.criteria[1].weight_thousandths`.
    pub path: String,
    /// What to change.
    pub message: String,
}

impl fmt::Display for EditionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "line {}: {}", self.line, self.message)
        } else {
            write!(f, "line {}: {}: {}", self.line, self.path, self.message)
        }
    }
}

/// Everything that is wrong with an edition file, by line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct EditionProblems(pub Vec<EditionProblem>);

impl fmt::Display for EditionProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        write!(f, "{} problem(s)", self.0.len())
    }
}

/// Reads an edition's rules from YAML and checks them as intake will.
///
/// # Errors
/// Everything that is wrong, by line.
pub fn parse(text: &str) -> Result<EditionDefinition, EditionProblems> {
    let read = reading::read(text)?;
    let Err(problems) = winner_intake::check(&read.definition) else {
        return Ok(read.definition);
    };
    let mut problems: Vec<_> = problems
        .into_iter()
        .map(|p| EditionProblem {
            line: read.line_of(&p.path),
            path: p.path,
            message: p.message,
        })
        .collect();
    problems.sort_by_key(|p| p.line);
    Err(EditionProblems(problems))
}

/// Reads an edition file.
///
/// # Errors
/// When the file cannot be read, or [`EditionProblems`].
pub fn load(path: &Path) -> Result<EditionDefinition> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not a valid edition", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../tests/editions/contoh-enam-provinsi.yaml");

    fn broken(from: &str, to: &str) -> Vec<EditionProblem> {
        assert!(EXAMPLE.contains(from), "{from}");
        parse(&EXAMPLE.replacen(from, to, 1)).unwrap_err().0
    }

    fn line_of(text: &str) -> usize {
        1 + EXAMPLE
            .lines()
            .position(|line| line.contains(text))
            .unwrap()
    }

    #[test]
    fn the_example_is_a_valid_edition() {
        let definition = parse(EXAMPLE).unwrap();
        assert_eq!(definition.waves.len(), 2);
        assert_eq!(definition.provinces.len(), 6);
        assert!(
            !definition.data_notice.is_empty(),
            "an example says that its data are made up"
        );
    }

    #[test]
    fn an_unknown_field_is_told_with_its_line() {
        let problems = broken("min_reviews:", "minimum_reviews:");
        let at = line_of("min_reviews:");
        assert!(
            problems
                .iter()
                .any(|p| p.line == at && p.message.contains("unknown")),
            "{problems:?}"
        );
    }

    #[test]
    fn a_rule_that_does_not_hold_is_told_with_its_line() {
        let problems = broken("weight_thousandths: 350", "weight_thousandths: 250");
        assert!(
            problems
                .iter()
                .all(|p| p.path.starts_with("rounds[0].rubric")),
            "{problems:?}"
        );
        assert!(
            problems.iter().all(|p| p.line >= line_of("rubric:")),
            "{problems:?}"
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = EXAMPLE
            .replacen("purpose: test", "purpose: party", 1)
            .replacen("min_reviews: 3", "min_reviews: three", 1);
        let problems = parse(&text).unwrap_err().0;
        let lines: Vec<_> = problems.iter().map(|p| p.line).collect();
        assert!(lines.contains(&line_of("purpose: test")), "{problems:?}");
        assert!(lines.contains(&line_of("min_reviews: 3")), "{problems:?}");
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_line() {
        let problems = parse("edition_id: [").unwrap_err().0;
        assert_eq!(problems.len(), 1);
    }
}
