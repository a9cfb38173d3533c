//! The arithmetic of a round in words, Indonesian and English.

use super::panel::Links;
use super::{Plan, Workload};
use crate::graph::WEAK_GAP;

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

fn say(id: String, en: String) -> Sentence {
    Sentence { id, en }
}

/// What a plan comes to.
pub fn of_plan(plan: Plan, workload: &Workload) -> Vec<Sentence> {
    let Plan {
        entries,
        reviews,
        minutes,
        judges,
        hours,
    } = plan;
    let (needed, given) = (workload.hours_needed, workload.hours_given);
    let mut said = vec![say(
        format!(
            "{entries} entri × {reviews} penilaian × {minutes} menit = {needed:.1} jam; {judges} juri × {hours} jam = {given:.1} jam."
        ),
        format!(
            "{entries} entries × {reviews} reviews × {minutes} minutes = {needed:.1} hours; {judges} judges × {hours} hours = {given:.1} hours."
        ),
    )];
    let (affordable, fewest) = (workload.affordable_reviews, workload.judges_needed);
    said.push(if workload.possible {
        say(
            format!("Cukup; {affordable} penilaian per entri terjangkau."),
            format!("Enough; {affordable} reviews per entry are affordable."),
        )
    } else if fewest == u32::MAX {
        say(
            "Tidak cukup: satu penilaian lebih lama dari jam seorang juri.".to_owned(),
            "Not enough: one review takes longer than a judge's hours.".to_owned(),
        )
    } else {
        say(
            format!("Tidak cukup: perlu {fewest} juri, atau {affordable} penilaian per entri."),
            format!("Not enough: {fewest} judges are needed, or {affordable} reviews per entry."),
        )
    });
    let load = workload.load;
    said.push(if workload.leniency_can_be_told {
        let gap = workload.mixed_gap;
        say(
            format!("Beban rata-rata {load:.1} entri per juri; panel acak mencapai celah spektral sekitar {gap:.2}."),
            format!("Mean load {load:.1} entries per judge; a random panel has a spectral gap near {gap:.2}."),
        )
    } else {
        say(
            format!("Beban rata-rata {load:.1} entri per juri: kurang dari 3, kemurahan juri tidak dapat dikoreksi."),
            format!("Mean load {load:.1} entries per judge: below 3, judges' leniency cannot be corrected."),
        )
    });
    said
}

/// What a panel comes to.
pub fn of_panel(links: &Links) -> Vec<Sentence> {
    let (parts, gap, [least, most]) = (links.components.len(), links.spectral_gap, links.loads);
    let weak = parts == 1 && gap < WEAK_GAP;
    let mut said = vec![say(
        format!(
            "Panel: {} entri, {} juri, {} pasangan; {least}–{most} entri per juri; celah spektral {gap:.2}{}.",
            links.entries,
            links.judges,
            links.reviews,
            if weak { " (lemah)" } else { "" },
        ),
        format!(
            "Panel: {} entries, {} judges, {} pairs; {least}–{most} entries per judge; spectral gap {gap:.2}{}.",
            links.entries,
            links.judges,
            links.reviews,
            if weak { " (weak)" } else { "" },
        ),
    )];
    if parts > 1 {
        let groups: Vec<String> = links
            .components
            .iter()
            .map(|part| part.join(", "))
            .collect();
        let groups = groups.join(" | ");
        said.push(say(
            format!(
                "{parts} bagian tanpa juri bersama; entrinya tidak dapat dibandingkan: {groups}."
            ),
            format!("{parts} parts share no judge; their entries cannot be compared: {groups}."),
        ));
    }
    if !links.linking_judges.is_empty() {
        let judges = links.linking_judges.join(", ");
        said.push(say(
            format!("Tanpa salah satu dari mereka panel terbelah: {judges}."),
            format!("Without one of these the panel falls apart: {judges}."),
        ));
    }
    for judge in &links.overdrawn {
        let (name, load, hours) = (&judge.judge, judge.load, judge.hours);
        said.push(say(
            format!("{name}: {load} entri makan {hours:.1} jam, lebih dari yang disediakan."),
            format!("{name}: {load} entries take {hours:.1} hours, more than are given."),
        ));
    }
    if !links.short.is_empty() {
        let short = links.short.join(", ");
        said.push(say(
            format!("Kurang juri: {short}."),
            format!("Too few judges: {short}."),
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::panel::Panel;
    use super::*;

    #[test]
    fn a_plan_that_cannot_be_kept_says_what_would_help() {
        let plan = Plan {
            entries: 100,
            reviews: 3,
            minutes: 30,
            judges: 10,
            hours: 10,
        };
        let said = of_plan(plan, &plan.workload());
        assert_eq!(
            said[0].en,
            "100 entries × 3 reviews × 30 minutes = 150.0 hours; 10 judges × 10 hours = 100.0 hours."
        );
        assert_eq!(
            said[1].en,
            "Not enough: 15 judges are needed, or 2 reviews per entry."
        );
        assert!(said[2].id.contains("celah spektral"), "{}", said[2].id);
    }

    #[test]
    fn a_review_longer_than_anybodys_hours_is_no_matter_of_more_judges() {
        let plan = Plan {
            entries: 2,
            reviews: 1,
            minutes: 90,
            judges: 9,
            hours: 1,
        };
        let said = of_plan(plan, &plan.workload());
        assert!(said[1].en.contains("longer than a judge's hours"));
        assert!(said[2].en.contains("below 3"));
    }

    #[test]
    fn a_panel_in_two_parts_is_shown_part_by_part() {
        let pair = |entry: &str, judge: &str| (entry.to_owned(), judge.to_owned());
        let links = Panel::of(&[pair("A", "J1"), pair("B", "J2")]).links(1, 60, 1);
        let said: Vec<String> = of_panel(&links).into_iter().map(|said| said.en).collect();
        assert_eq!(
            said,
            [
                "Panel: 2 entries, 2 judges, 2 pairs; 1–1 entries per judge; spectral gap 0.00.",
                "2 parts share no judge; their entries cannot be compared: J1 | J2.",
            ]
        );
    }
}
