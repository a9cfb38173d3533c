//! CPU seconds of an assignment: `measure SPEC [REPEAT [FLOOR [BALANCE]]]`,
//! floor (`-` for none) and balance in micro-units, where SPEC is
//! an instance's folder or `synth:papers=..,reviewers=..,k=..,demand=..,skew=..`.
//! One JSON line; the time is the best of the repeats, one thread, reading left out.

use std::process::ExitCode;

use winner_matching_core::{Instance, Rules, assign, format, synth};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (spec, repeat) = (args.next().unwrap_or_default(), args.next());
    let micro = |text: String| text.parse::<i64>().ok();
    let floor = args.next().and_then(micro);
    let balance = args.next().and_then(micro).unwrap_or(0);
    let rules = Rules {
        floor,
        balance,
        seed: None,
    };
    let repeat: u32 = repeat.and_then(|r| r.parse().ok()).unwrap_or(1);
    let Some(instance) = load(&spec) else {
        eprintln!("cannot read {spec}");
        return ExitCode::FAILURE;
    };
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..repeat {
        let before = cpu();
        let found = assign(&instance, &rules);
        best = best.min(cpu() - before);
        last = found.ok();
    }
    let Some(found) = last else {
        return ExitCode::FAILURE;
    };
    println!(
        "{{\"instance\":\"{spec}\",\"total_micro\":{},\"proved\":{},\"unfilled\":{},\"min\":{:?},\"var\":{:.3},\"cpu_s\":{best:.5},\"peak_mb\":{}}}",
        found.total,
        found.certificate.proved(),
        found.shortfall.unfilled(),
        (found.paper_totals(&instance).iter().min(), found.floor),
        variance(&found.loads(&instance)),
        peak_mb(),
    );
    ExitCode::SUCCESS
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

fn load(spec: &str) -> Option<Instance> {
    if let Some(shape) = spec.strip_prefix("synth:") {
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
        return synth::make(&s).ok();
    }
    let read = |name: &str| std::fs::read_to_string(format!("{spec}/{name}")).ok();
    format::read_instance(&read("instance.json")?, &read("edges.csv")?).ok()
}

fn variance(loads: &[u32]) -> f64 {
    let n = loads.len() as f64;
    let mean = loads.iter().map(|&l| f64::from(l)).sum::<f64>() / n;
    loads
        .iter()
        .map(|&l| (f64::from(l) - mean).powi(2))
        .sum::<f64>()
        / n
}
