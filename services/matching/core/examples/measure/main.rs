//! CPU seconds of an assignment: `measure SPEC [REPEAT [FLOOR [BALANCE [RULES]]]]`,
//! floor (`-` for none) and balance in micro-units, where SPEC is an
//! instance's folder or `synth:papers=..,reviewers=..,k=..,demand=..,skew=..`
//! and RULES a list such as `senior,region` (see `instances.rs`);
//! and of deferred acceptance: `measure stable:SUBMISSIONS,CHALLENGES [REPEAT]`.
//! One JSON line; times are the best of the repeats, one thread, reading left
//! out. `late_cpu_s` is one conflict after the assignment, without the floor,
//! -1 where the integers do not reach;
//! `cap_cpu_s` the probabilities of a lottery with no pair above one half and
//! one draw, -1 where there are panel rules.

use std::process::ExitCode;

use winner_matching_core::capped::{Cap, capped};
use winner_matching_core::{Edits, Instance, Rules, assign, load_variance, reassign};

mod instances;
mod lists;
mod meter;

use meter::{best_of, peak_mb};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let spec = args.first().map_or("", String::as_str);
    let number = |i: usize| args.get(i).and_then(|text| text.parse::<i64>().ok());
    let repeat = number(1).unwrap_or(1);
    let line = if let Some(sizes) = spec.strip_prefix("stable:") {
        lists::stable(sizes, repeat)
    } else {
        let rules = Rules {
            floor: number(2),
            balance: number(3).unwrap_or(0),
            seed: None,
        };
        let instance = instances::load(spec).and_then(|instance| match args.get(4) {
            Some(names) => instances::with_rules(instance, names),
            None => Some(instance),
        });
        instance.and_then(|instance| assignment(spec, &instance, &rules, repeat))
    };
    if let Some(line) = line {
        println!("{line}");
        ExitCode::SUCCESS
    } else {
        eprintln!("cannot measure {spec:?}");
        ExitCode::FAILURE
    }
}

fn assignment(spec: &str, instance: &Instance, rules: &Rules, repeat: i64) -> Option<String> {
    let (cpu_s, found) = best_of(repeat, || assign(instance, rules).ok());
    let found = found?;
    let peak = peak_mb();
    let plain = Rules {
        floor: None,
        ..*rules
    };
    let base = if rules.floor.is_some() {
        assign(instance, &plain).ok()?
    } else {
        found.clone()
    };
    let conflict = Edits {
        lock: vec![],
        forbid: base.pairs.iter().take(1).copied().collect(),
    };
    let changed = instance.edited(&conflict).ok()?;
    let (late_cpu_s, change) = best_of(repeat, || reassign(&changed, &plain, &base).ok());
    let (moved, late_proved) = change.map_or((0, false), |c| {
        (c.added.len(), c.assignment.certificate.proved())
    });
    let late_cpu_s = if late_proved { late_cpu_s } else { -1.0 };
    let cap = Cap::of_hundredths(50)?;
    let (cap_cpu_s, drawn) = best_of(repeat, || {
        Some(capped(instance, cap).ok()?.draw(b"measure"))
    });
    let cap_cpu_s = drawn.map_or(-1.0, |_| cap_cpu_s);
    let worst = found.paper_totals(instance).into_iter().min()?;
    let (bound, total_bound) = found
        .floor
        .map_or((0, 0), |f| (f.reached_bound, f.total_bound));
    Some(format!(
        "{{\"instance\":\"{spec}\",\"total_micro\":{},\"proved\":{},\"gap_micro\":{},\
         \"unfilled\":{},\"panels_missed\":{},\"parts\":{},\
         \"min_paper_micro\":{worst},\"floor_bound_micro\":{bound},\
         \"floor_total_bound_micro\":{total_bound},\"load_variance\":{:.4},\
         \"cpu_s\":{cpu_s:.6},\"cap_cpu_s\":{cap_cpu_s:.6},\"late_cpu_s\":{late_cpu_s:.6},\
         \"late_moved\":{moved},\"late_proved\":{late_proved},\"peak_mb\":{peak}}}",
        found.total,
        found.certificate.proved(),
        found.certificate.gap(),
        found.shortfall.unfilled(),
        found.shortfall.panels.len(),
        found.parts(instance),
        load_variance(&found.loads(instance)),
    ))
}
