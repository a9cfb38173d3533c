//! Whether a round can be judged at all, before it opens: reviews against hours.

use serde::Serialize;

/// What an organiser plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
