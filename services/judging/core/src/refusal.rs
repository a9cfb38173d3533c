//! When judges' differences are not corrected, and why: the ranking then stands by the mean, said aloud.

use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::ids::JudgeId;
use crate::reml::{Absence, Cost, Fit, FitError};

/// The smallest median number of entries per judge at which a judge's leniency can be told.
pub const LEAST_LOAD: usize = 3;

/// Why the mixed model does not rank a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing was scored.
    NoScores,
    /// The names of some judges are not known, so their leniency cannot be followed.
    UnknownJudges,
    /// Fewer than two judges: there is nobody to compare a judge with.
    FewerThanTwoJudges,
    /// Every judge saw one entry: leniency and merit cannot be told apart.
    JudgesAllDifferent,
    /// No chain of judges links some panels; each list is one panel's judges.
    Disconnected {
        /// The judges of each component, sorted.
        panels: Vec<Vec<JudgeId>>,
    },
    /// The judges saw too few entries each.
    LowLoad {
        /// Twice the median number of entries per judge (so that it is a whole number).
        twice_median: usize,
    },
    /// Judges or entries differ less than chance alone would make them, so their variance is zero.
    ZeroVariance {
        /// Whether the entries' variance is zero.
        entries: bool,
        /// Whether the judges' variance is zero.
        judges: bool,
    },
    /// So many judges and entries hang together that the model would take too long, or too much memory.
    TooLarge {
        /// What it would take.
        cost: Cost,
    },
    /// The scores do not determine the model.
    NotEstimable {
        /// What is missing.
        cause: String,
    },
}

impl Refusal {
    /// Looks for a reason in the design, before anything is fitted.
    pub fn of_design(judges: &[JudgeId], graph: &Graph) -> Option<Self> {
        let Some((lower, upper)) = graph.median_load() else {
            return Some(Self::NoScores);
        };
        if judges.iter().any(JudgeId::is_unknown) {
            return Some(Self::UnknownJudges);
        }
        let loads = graph.loads();
        if loads.iter().filter(|load| **load > 0).count() < 2 {
            return Some(Self::FewerThanTwoJudges);
        }
        if loads.iter().all(|load| *load <= 1) {
            return Some(Self::JudgesAllDifferent);
        }
        let components = graph.component_count();
        if components > 1 {
            let mut panels = vec![Vec::new(); components];
            for (judge, component) in judges.iter().zip(graph.components()) {
                if let Some(component) = component {
                    panels[component].push(judge.clone());
                }
            }
            return Some(Self::Disconnected { panels });
        }
        (lower + upper < 2 * LEAST_LOAD).then_some(Self::LowLoad {
            twice_median: lower + upper,
        })
    }

    /// Looks for a reason in the fit.
    pub fn of_fit(fit: &Result<Fit, FitError>) -> Option<Self> {
        match fit {
            Err(FitError::TooLarge(cost)) => Some(Self::TooLarge { cost: *cost }),
            Err(error) => Some(Self::NotEstimable {
                cause: error.to_string(),
            }),
            Ok(fit) => {
                let zero = |absence| absence == Some(Absence::ZeroVariance);
                let (entries, judges) = (zero(fit.entry_absence), zero(fit.judge_absence));
                if entries || judges {
                    return Some(Self::ZeroVariance { entries, judges });
                }
                let confounded = fit.entry_absence.or(fit.judge_absence);
                confounded.map(|_| Self::NotEstimable {
                    cause: "an effect cannot be told from the error".to_owned(),
                })
            }
        }
    }

    /// The reason in English.
    pub fn in_english(&self) -> String {
        match self {
            Self::NoScores => "there are no scores".to_owned(),
            Self::UnknownJudges => "some judges are not named".to_owned(),
            Self::FewerThanTwoJudges => "there are fewer than two judges".to_owned(),
            Self::JudgesAllDifferent => "every judge saw one entry only".to_owned(),
            Self::Disconnected { panels } => {
                let list: Vec<String> = panels.iter().map(|panel| braces(panel)).collect();
                format!("no judge links panel {}", list.join(" to panel "))
            }
            Self::LowLoad { twice_median } => format!(
                "the median judge saw {} entries; {LEAST_LOAD} are needed",
                *twice_median as f64 / 2.0
            ),
            Self::ZeroVariance { entries: true, .. } => {
                "the entries differ less than chance alone would make them".to_owned()
            }
            Self::ZeroVariance { .. } => {
                "the judges differ less than chance alone would make them: nothing to correct"
                    .to_owned()
            }
            Self::TooLarge { cost } => FitError::TooLarge(*cost).to_string(),
            Self::NotEstimable { cause } => cause.clone(),
        }
    }

    /// The reason in Indonesian.
    pub fn in_indonesian(&self) -> String {
        match self {
            Self::NoScores => "belum ada nilai".to_owned(),
            Self::UnknownJudges => "sebagian juri tidak bernama".to_owned(),
            Self::FewerThanTwoJudges => "juri kurang dari dua".to_owned(),
            Self::JudgesAllDifferent => "setiap juri hanya menilai satu entri".to_owned(),
            Self::Disconnected { panels } => {
                let list: Vec<String> = panels.iter().map(|panel| braces(panel)).collect();
                format!("tidak ada juri yang menghubungkan panel {}", list.join(" dengan panel "))
            }
            Self::LowLoad { twice_median } => format!(
                "median juri menilai {} entri; diperlukan {LEAST_LOAD}",
                *twice_median as f64 / 2.0
            ),
            Self::ZeroVariance { entries: true, .. } => {
                "perbedaan antarentri lebih kecil daripada yang timbul secara kebetulan".to_owned()
            }
            Self::ZeroVariance { .. } => {
                "perbedaan antarjuri lebih kecil daripada yang timbul secara kebetulan: tidak ada yang dikoreksi"
                    .to_owned()
            }
            Self::TooLarge { cost } => format!(
                "{} juri atau entri yang saling terhubung terlalu banyak untuk dihitung sekaligus: sekitar {} menit prosesor dan {} MB setiap kali",
                cost.equations, cost.minutes, cost.megabytes
            ),
            Self::NotEstimable { cause } => format!("model tidak dapat diperkirakan ({cause})"),
        }
    }
}

fn braces(panel: &[JudgeId]) -> String {
    let names: Vec<&str> = panel.iter().map(JudgeId::as_str).collect();
    format!("{{{}}}", names.join(","))
}
