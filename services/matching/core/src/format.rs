//! Instances as files: `instance.json` beside `edges.csv`, for a conference or
//! a grant round that uses the engine as it stands.
//!
//! `instance.json` has `papers`, `reviewers`, and `demand`, `load_min`,
//! `load_max`, each one number for all or a list. `edges.csv` has the head
//! `paper,reviewer,score_micro`, positions from 0, scores in millionths. A
//! pair that is not listed is forbidden. What is wrong is named by its line.
//!
//! `panel_rules`, if there, is a list of rules about the reviewers of one
//! paper, the most important first: `{"at_most": 1, "group": [0, 0, 1, null]}`
//! (of each group of reviewers, such as an institution; null for none),
//! `{"at_least_one": [3, 8]}` (of these reviewers, such as the senior ones),
//! `{"spread_micro": 5000, "group": [...]}` (the k-th reviewer of one group,
//! such as a region, costs k − 1 times that).

use serde::Deserialize;
use thiserror::Error;

use crate::instance::{Instance, InstanceError, Load, ScoredPair};
use crate::panel::{Limit, PanelRule};

/// The first line of `edges.csv`.
pub const HEAD: &str = "paper,reviewer,score_micro";

/// What is wrong with the files.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// `instance.json` is not JSON of the described form.
    #[error("instance.json: {0}")]
    Json(String),
    /// A list in `instance.json` has not one number for each paper or reviewer.
    #[error("instance.json: {field} has {found} numbers, expected {expected}")]
    Length {
        /// The list.
        field: &'static str,
        /// How many numbers it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A line of `edges.csv` cannot be read.
    #[error("edges.csv, line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The number of pairs is not what `instance.json` says: a truncated file.
    #[error("edges.csv has {found} pairs, but instance.json says {expected}")]
    Truncated {
        /// Pairs found.
        found: usize,
        /// Pairs expected.
        expected: usize,
    },
    /// The instance contradicts itself.
    #[error("instance.json: {0}")]
    Instance(InstanceError),
}

/// A decimal in score units as micro-units, exactly: no floating point on the way.
///
/// # Errors
/// A text that says what is wrong: not a decimal, finer than a micro-unit, or too large.
pub fn micro(text: &str) -> Result<i64, String> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + part.len() == 0 || !all_digits(whole) || !all_digits(part) {
        return Err(format!("{text:?} is not a decimal number"));
    }
    let part = part.trim_end_matches('0');
    if part.len() > 6 {
        return Err(format!("{text:?} is finer than a millionth"));
    }
    let number = format!("{whole}{part:0<6}").parse::<i64>();
    number
        .map(|n| sign * n)
        .map_err(|_| format!("{text:?} is too large"))
}

/// One number for all, or one for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Numbers {
    All(u32),
    Each(Vec<u32>),
}

impl Numbers {
    fn spread(self, field: &'static str, expected: usize) -> Result<Vec<u32>, FormatError> {
        match self {
            Self::All(n) => Ok(vec![n; expected]),
            Self::Each(list) if list.len() == expected => Ok(list),
            Self::Each(list) => Err(FormatError::Length {
                field,
                found: list.len(),
                expected,
            }),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Shape {
    papers: u32,
    reviewers: u32,
    demand: Numbers,
    load_min: Numbers,
    load_max: Numbers,
    edges: Option<usize>,
    #[serde(default)]
    panel_rules: Vec<Rule>,
}

/// A panel rule of any kind; exactly one of the first three is there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    at_most: Option<u32>,
    at_least_one: Option<Vec<u32>>,
    spread_micro: Option<i64>,
    group: Option<Vec<Option<u32>>>,
}

impl Rule {
    fn read(self, rule: usize, judges: usize) -> Result<PanelRule, FormatError> {
        let wrong = |what: &str| FormatError::Json(format!("panel rule {rule}: {what}"));
        let limit = match (self.at_most, &self.at_least_one, self.spread_micro) {
            (Some(most), None, None) => Limit::AtMost(most),
            (None, Some(_), None) => Limit::AtLeastOne,
            (None, None, Some(cost)) => Limit::Spread(cost),
            _ => return Err(wrong("give one of at_most, at_least_one, spread_micro")),
        };
        let group = match (self.at_least_one, self.group) {
            (Some(list), None) => {
                let mut group = vec![None; judges];
                for judge in list {
                    let place = group.get_mut(judge as usize);
                    *place.ok_or_else(|| wrong(&format!("there is no reviewer {judge}")))? =
                        Some(0);
                }
                group
            }
            (None, Some(group)) => group,
            (Some(_), Some(_)) => return Err(wrong("at_least_one lists reviewers, without group")),
            (None, None) => return Err(wrong("group is missing")),
        };
        Ok(PanelRule { group, limit })
    }
}

/// More papers or reviewers than this in a file is taken for a mistake.
const MOST: u32 = 10_000_000;

/// Reads an instance from the text of its two files.
///
/// # Errors
/// [`FormatError`] with the line that is wrong.
pub fn read_instance(json: &str, csv: &str) -> Result<Instance, FormatError> {
    let shape: Shape = serde_json::from_str(json).map_err(|e| FormatError::Json(e.to_string()))?;
    if shape.papers > MOST || shape.reviewers > MOST {
        return Err(FormatError::Json(format!(
            "more than {MOST} papers or reviewers"
        )));
    }
    let (papers, judges) = (shape.papers as usize, shape.reviewers as usize);
    let demand = shape.demand.spread("demand", papers)?;
    let min = shape.load_min.spread("load_min", judges)?;
    let max = shape.load_max.spread("load_max", judges)?;
    let load = min
        .into_iter()
        .zip(max)
        .map(|(min, max)| Load { min, max })
        .collect();
    let pairs = read_pairs(csv)?;
    if let Some(expected) = shape.edges.filter(|&e| e != pairs.len()) {
        return Err(FormatError::Truncated {
            found: pairs.len(),
            expected,
        });
    }
    let instance =
        Instance::new(demand, load, pairs.iter().copied()).map_err(|e| locate(e, &pairs))?;
    let rules = (0..).zip(shape.panel_rules);
    let rules = rules.map(|(k, rule)| rule.read(k, judges));
    instance
        .with_panel_rules(rules.collect::<Result<_, _>>()?)
        .map_err(FormatError::Instance)
}

/// Reads the lines of `edges.csv`.
fn read_pairs(csv: &str) -> Result<Vec<ScoredPair>, FormatError> {
    let mut lines = csv.lines();
    if lines.next().map(str::trim_end) != Some(HEAD) {
        return Err(FormatError::Line {
            line: 1,
            reason: format!("expected the head {HEAD:?}"),
        });
    }
    let mut pairs = Vec::with_capacity(csv.len() / 16);
    for (line, text) in (2..).zip(lines) {
        let wrong = |reason: &str| FormatError::Line {
            line,
            reason: reason.to_owned(),
        };
        let mut fields = text.split(',');
        let mut next = |what: &str| {
            let field = fields
                .next()
                .ok_or_else(|| wrong(&format!("{what} is missing")))?;
            let number = field.trim().parse::<i64>();
            number.map_err(|_| wrong(&format!("{what} {field:?} is not a whole number in range")))
        };
        let (paper, judge, score) = (next("paper")?, next("reviewer")?, next("score")?);
        if fields.next().is_some() {
            return Err(wrong("more than three fields"));
        }
        let position = |n: i64, what: &str| {
            u32::try_from(n).map_err(|_| wrong(&format!("{what} {n} is out of range")))
        };
        let (paper, judge) = (position(paper, "paper")?, position(judge, "reviewer")?);
        pairs.push(ScoredPair {
            paper,
            judge,
            score,
        });
    }
    Ok(pairs)
}

/// Turns the position of a wrong pair into its line.
fn locate(error: InstanceError, pairs: &[ScoredPair]) -> FormatError {
    let pair = match &error {
        InstanceError::PaperOutOfRange { pair, .. }
        | InstanceError::JudgeOutOfRange { pair, .. }
        | InstanceError::ScoreOutOfRange { pair, .. } => Some(*pair),
        InstanceError::Duplicate { paper, judge } => {
            let same = |p: &ScoredPair| (p.paper, p.judge) == (*paper, *judge);
            pairs.iter().rposition(same)
        }
        InstanceError::LoadReversed { .. }
        | InstanceError::TooMany { .. }
        | InstanceError::GroupCount { .. }
        | InstanceError::SpreadOutOfRange { .. }
        | InstanceError::GroupOutOfRange { .. } => None,
    };
    match pair {
        Some(pair) => FormatError::Line {
            line: pair + 2,
            reason: error.to_string(),
        },
        None => FormatError::Instance(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str =
        r#"{"papers":2,"reviewers":2,"demand":1,"load_min":[0,0],"load_max":1,"edges":2}"#;

    fn wrong(csv: &str) -> String {
        read_instance(JSON, csv).unwrap_err().to_string()
    }

    #[test]
    fn an_instance_is_read_from_its_two_files() {
        let text = "paper,reviewer,score_micro\n0,1,-5\n1,0,7\n";
        let instance = read_instance(JSON, text).unwrap();
        assert_eq!(
            (instance.papers(), instance.judges(), instance.pair_count()),
            (2, 2, 2)
        );
        assert_eq!(instance.at(0), (1, -5));
    }

    #[test]
    fn decimals_become_micro_units_exactly() {
        assert_eq!(micro("0.944838"), Ok(944_838));
        assert_eq!(micro("-.5"), Ok(-500_000));
        assert_eq!(micro("12"), Ok(12_000_000));
        assert_eq!(micro("1.1000000"), Ok(1_100_000));
        for wrong in [
            "",
            ".",
            "-",
            "1e3",
            "0.0000001",
            "99999999999999",
            "1.-2",
            "+1",
        ] {
            assert!(micro(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let head = "paper,reviewer,score_micro\n";
        let bodies = [
            "0,1,5\n0,1,6\n",
            "0,1,5\n0,",
            "0,1,5\n",
            "0,1,5\n2,0,5\n",
            "0,-1,5\n2,0,5\n",
            "0,1,99999999999999999999\n",
            "0,1,0.5\n",
            "0,1,9999999999\n1,0,1\n",
            "0,1,5,6\n",
        ];
        let mut said = vec![wrong(""), wrong("paper,reviewer\n")];
        said.extend(bodies.map(|body| wrong(&format!("{head}{body}"))));
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_list_of_the_wrong_length_is_refused() {
        let json = r#"{"papers":2,"reviewers":2,"demand":[1],"load_min":0,"load_max":1}"#;
        let error = read_instance(json, "paper,reviewer,score_micro\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "instance.json: demand has 1 numbers, expected 2"
        );
        assert!(matches!(read_instance("{", ""), Err(FormatError::Json(_))));
    }
}
