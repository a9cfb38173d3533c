//! Whether a round can be judged at all, before it opens: reviews against hours, and how the panel hangs together.

pub mod panel;
pub mod sentences;

use serde::Serialize;

/// What an organiser plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many entries.
    pub entries: u32,
    /// How many reviews each gets.
    pub reviews: u32,
    /// How many minutes a review takes.
    pub minutes: u32,
    /// How many judges there are.
    pub judges: u32,
    /// How many hours each judge gives.
    pub hours: u32,
}

/// What the plan asks for and what is there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Workload {
    /// Hours the reviews take.
    pub hours_needed: f64,
    /// Hours the judges give.
    pub hours_given: f64,
    /// Reviews per judge, loads even.
    pub load: f64,
    /// Whether the hours suffice and no judge would have to review an entry twice.
    pub possible: bool,
    /// The most reviews per entry the hours allow.
    pub affordable_reviews: u32,
    /// The fewest judges with whom the plan is possible.
    pub judges_needed: u32,
    /// Whether each judge sees enough entries for leniency to be told (at least three).
    pub leniency_can_be_told: bool,
    /// The spectral gap that a panel dealt out at random comes near; a planned one should not be far below.
    pub mixed_gap: f64,
}

impl Plan {
    /// Does the arithmetic.
    pub fn workload(self) -> Workload {
        let reviews = u64::from(self.entries) * u64::from(self.reviews);
        let minutes = reviews * u64::from(self.minutes);
        let given = u64::from(self.judges) * u64::from(self.hours) * 60;
        let one_round = u64::from(self.entries) * u64::from(self.minutes);
        let per_judge = u64::from(self.hours) * 60;
        let most = given
            .checked_div(one_round)
            .unwrap_or(u64::from(self.judges));
        // Whole reviews fit into a judge's hours.
        let fit = per_judge
            .checked_div(u64::from(self.minutes))
            .unwrap_or(u64::from(self.entries));
        let fit = fit.min(u64::from(self.entries));
        let needed = match (reviews, fit) {
            (0, _) => 0,
            (_, 0) => u64::from(u32::MAX),
            _ => reviews.div_ceil(fit),
        };
        let needed = needed.max(u64::from(self.reviews));
        let load = if self.judges == 0 {
            0.0
        } else {
            reviews as f64 / f64::from(self.judges)
        };
        let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        Workload {
            hours_needed: minutes as f64 / 60.0,
            hours_given: given as f64 / 60.0,
            load,
            possible: u64::from(self.judges) >= needed,
            affordable_reviews: small(most).min(self.judges),
            judges_needed: small(needed),
            leniency_can_be_told: load >= 3.0,
            mixed_gap: mixed_gap(f64::from(self.reviews), load),
        }
    }
}

/// One minus the second singular value of a large random graph with so many judges per entry and entries per judge, which is
/// `sqrt(reviews - 1) + sqrt(load - 1)` over `sqrt(reviews load)` (Feng & Li 1996, J. Number Theory 60:1; that random graphs
/// reach it: Brito, Dumitriu & Harris 2022, Combin. Probab. Comput. 31:229).
fn mixed_gap(reviews: f64, load: f64) -> f64 {
    if reviews < 1.0 || load < 1.0 {
        return 0.0;
    }
    let second = libm::sqrt(reviews - 1.0) + libm::sqrt(load - 1.0);
    libm::fmax(1.0 - second / libm::sqrt(reviews * load), 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Key;
    use crate::graph::Graph;
    use crate::ranking::Seed;

    #[test]
    fn the_national_round_needs_its_hours() {
        let plan = Plan {
            entries: 466,
            reviews: 3,
            minutes: 20,
            judges: 30,
            hours: 16,
        };
        let workload = plan.workload();
        assert!((workload.hours_needed - 466.0).abs() < 1e-9);
        assert!((workload.hours_given - 480.0).abs() < 1e-9);
        assert!(workload.possible && workload.leniency_can_be_told);
        assert_eq!(
            (workload.affordable_reviews, workload.judges_needed),
            (3, 30)
        );
    }

    #[test]
    fn nobody_reviews_an_entry_twice_and_nothing_divides_by_zero() {
        let few = Plan {
            entries: 10,
            reviews: 5,
            minutes: 1,
            judges: 4,
            hours: 100,
        }
        .workload();
        assert!(!few.possible);
        assert_eq!(few.judges_needed, 5);
        let none = Plan {
            entries: 0,
            reviews: 0,
            minutes: 0,
            judges: 0,
            hours: 0,
        }
        .workload();
        assert!(none.possible);
        assert_eq!(none.mixed_gap.to_bits(), 0.0f64.to_bits());
    }

    /// Entries take judges from a shuffled deck in which every judge is as often as the load.
    #[test]
    fn a_panel_dealt_out_at_random_comes_near_the_gap_the_plan_names() {
        let (entries, judges, reviews) = (600, 120, 5);
        let mut deck: Vec<usize> = (0..entries * reviews).map(|seat| seat % judges).collect();
        let mut stream = Key::new(&Seed([3; 32]), "deck").stream(0);
        stream.shuffle(&mut deck);
        let edges = deck.iter().enumerate().map(|(k, j)| (k / reviews, *j));
        let gap = Graph::new(entries, judges, edges).spectral_gap();
        let plan = Plan {
            entries: 600,
            reviews: 5,
            minutes: 20,
            judges: 120,
            hours: 9,
        };
        let named = plan.workload().mixed_gap;
        assert!((gap - named).abs() < 0.03, "{gap} {named}");
    }
}
