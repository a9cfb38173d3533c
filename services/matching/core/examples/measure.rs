//! CPU seconds of an assignment: `measure SPEC [REPEAT [FLOOR [BALANCE]]]`,
//! floor (`-` for none) and balance in micro-units, where SPEC is an
//! instance's folder or `synth:papers=..,reviewers=..,k=..,demand=..,skew=..`;
//! and of deferred acceptance: `measure stable:SUBMISSIONS,CHALLENGES [REPEAT]`.
//! One JSON line; times are the best of the repeats, one thread, reading left
//! out. `late_cpu_s` is one conflict after the assignment, without the floor.

use std::process::ExitCode;

use winner_matching_core::stable::{Challenge, Government, Problem, Wish, blocking_pairs, propose};
use winner_matching_core::{Edits, Instance, Rules, assign, format, reassign, synth};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let spec = args.first().map_or("", String::as_str);
    let number = |i: usize| args.get(i).and_then(|text| text.parse::<i64>().ok());
    let repeat = number(1).unwrap_or(1);
    let line = match spec.strip_prefix("stable:") {
        Some(sizes) => stable(sizes, repeat),
        None => assignment(spec, repeat, number(2), number(3).unwrap_or(0)),
    };
    if let Some(line) = line {
        println!("{line}");
        ExitCode::SUCCESS
    } else {
        eprintln!("cannot measure {spec:?}");
        ExitCode::FAILURE
    }
}

fn assignment(spec: &str, repeat: i64, floor: Option<i64>, balance: i64) -> Option<String> {
    let instance = load(spec)?;
    let rules = Rules {
        floor,
        balance,
        seed: None,
    };
    let (cpu_s, found) = best_of(repeat, || assign(&instance, &rules).ok());
    let found = found?;
    let plain = Rules {
        floor: None,
        ..rules
    };
    let base = if floor.is_some() {
        assign(&instance, &plain).ok()?
    } else {
        found.clone()
    };
    let conflict = Edits {
        lock: vec![],
        forbid: base.pairs.iter().take(1).copied().collect(),
    };
    let changed = instance.edited(&conflict).ok()?;
    let (late_cpu_s, change) = best_of(repeat, || reassign(&changed, &plain, &base).ok());
    let change = change?;
    let worst = found.paper_totals(&instance).into_iter().min()?;
    let (bound, total_bound) = found
        .floor
        .map_or((0, 0), |f| (f.reached_bound, f.total_bound));
    Some(format!(
        "{{\"instance\":\"{spec}\",\"total_micro\":{},\"proved\":{},\"unfilled\":{},\
         \"min_paper_micro\":{worst},\"floor_bound_micro\":{bound},\
         \"floor_total_bound_micro\":{total_bound},\"load_variance\":{:.4},\
         \"cpu_s\":{cpu_s:.6},\"late_cpu_s\":{late_cpu_s:.6},\"late_moved\":{},\
         \"late_proved\":{},\"peak_mb\":{}}}",
        found.total,
        found.certificate.proved(),
        found.shortfall.unfilled(),
        variance(&found.loads(&instance)),
        change.added.len(),
        change.assignment.certificate.proved(),
        peak_mb(),
    ))
}

/// Every submission ranks twenty challenges; scores and wishes are hashes.
fn stable(sizes: &str, repeat: i64) -> Option<String> {
    let (submissions, challenges) = sizes.split_once(',')?;
    let (submissions, challenges) = (submissions.parse::<u64>().ok()?, challenges.parse().ok()?);
    let mix = |a: u64, b: u64| {
        let x = (a ^ b.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
    };
    let wishes = (0..submissions).map(|s| {
        let mut list: Vec<u32> = (0..challenges).collect();
        list.sort_by_key(|&c| mix(s, u64::from(c)));
        list.truncate(20);
        let priority = |c: u32| (mix(s + 7, u64::from(c)) % 100).cast_signed();
        list.into_iter()
            .map(|c| Wish {
                challenge: c,
                priority: priority(c),
            })
            .collect()
    });
    let hosts = (challenges / 8).max(1);
    let offer = |c: u32| Challenge {
        government: c % hosts,
        min: 0,
        max: 8,
    };
    let offers = (0..challenges).map(offer).collect();
    let governments = vec![Government { max: 50 }; hosts as usize];
    let problem = Problem::new(wishes.collect(), offers, governments, 1).ok()?;
    let (cpu_s, found) = best_of(repeat, || Some(propose(&problem)));
    let found = found?;
    let blocking = blocking_pairs(&problem, &found.challenge).len();
    Some(format!(
        "{{\"instance\":\"stable:{sizes}\",\"matched\":{},\"blocking\":{blocking},\"cpu_s\":{cpu_s:.6}}}",
        found.size()
    ))
}

fn best_of<T>(repeat: i64, mut make: impl FnMut() -> Option<T>) -> (f64, Option<T>) {
    let (mut best, mut last) = (f64::INFINITY, None);
    for _ in 0..repeat.max(1) {
        let before = cpu();
        last = make();
        best = best.min(cpu() - before);
    }
    (best, last)
}

/// CPU seconds of this thread, from the kernel's scheduler statistics.
fn cpu() -> f64 {
    std::thread::yield_now(); // makes the kernel bring the figure up to date
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanos.unwrap_or(f64::NAN) / 1e9
}

/// Peak resident memory of this process in megabytes.
fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text
        .lines()
        .find(|l| l.starts_with("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

fn variance(loads: &[u32]) -> f64 {
    let n = loads.len() as f64;
    let mean = loads.iter().map(|&l| f64::from(l)).sum::<f64>() / n;
    loads
        .iter()
        .map(|&l| (f64::from(l) - mean) * (f64::from(l) - mean))
        .sum::<f64>()
        / n
}

fn load(spec: &str) -> Option<Instance> {
    let Some(shape) = spec.strip_prefix("synth:") else {
        let read = |name: &str| std::fs::read_to_string(format!("{spec}/{name}")).ok();
        return format::read_instance(&read("instance.json")?, &read("edges.csv")?).ok();
    };
    let mut s = synth::Shape {
        papers: 0,
        judges: 0,
        candidates: 100,
        demand: 3,
        load: 0,
        seed: 1,
        crowded: true,
    };
    for part in shape.split(',') {
        let (key, value) = part.split_once('=')?;
        let n: u32 = value.parse().ok()?;
        match key {
            "papers" => s.papers = n,
            "reviewers" => s.judges = n,
            "k" => s.candidates = n,
            "demand" => s.demand = n,
            "load" => s.load = n,
            "seed" => s.seed = u64::from(n),
            "skew" => s.crowded = n != 0,
            _ => return None,
        }
    }
    synth::make(&s).ok()
}
