//! What the kernel knows of processes: their time on the processor and their memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The kernel counts in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// The processes below this one of this program (its path, or only its name) with this first argument.
pub(crate) fn find(program: &Path, argument: &str) -> Vec<u32> {
    all()
        .filter(|&pid| {
            let line = fs::read(proc(pid, "cmdline")).unwrap_or_default();
            let mut words = line.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            let path = words.next().unwrap_or_default();
            Path::new(path.as_ref()).ends_with(program)
                && words.next().as_deref() == Some(argument)
                && is_below_us(pid)
        })
        .collect()
}

/// Postgres' processes: the postmaster and what it started.
pub(crate) fn postgres() -> Vec<u32> {
    let masters = find(Path::new("postgres"), "-D");
    all()
        .filter(|pid| masters.contains(pid) || parent(*pid).is_some_and(|of| masters.contains(&of)))
        .collect()
}

/// A program that lies beside Postgres' own.
pub(crate) fn beside_postgres(name: &str) -> Option<PathBuf> {
    let master = *find(Path::new("postgres"), "-D").first()?;
    let program = fs::read_link(proc(master, "exe")).ok()?;
    Some(program.parent()?.join(name)).filter(|path| path.exists())
}

/// The processor's time of processes and of their ended children.
pub(crate) fn processor_time(pids: &[u32]) -> Duration {
    pids.iter()
        .map(|&pid| {
            let ticks: u32 = stat(pid)
                .iter()
                .skip(11)
                .take(4)
                .filter_map(|field| field.parse::<u32>().ok())
                .sum();
            TICK * ticks
        })
        .sum()
}

/// Resident and proportional memory of a process, in KiB.
pub(crate) fn memory(pid: u32) -> (u64, u64) {
    let text = fs::read_to_string(proc(pid, "smaps_rollup")).unwrap_or_default();
    let of = |name: &str| {
        text.lines()
            .find_map(|line| {
                let value = line.strip_prefix(name)?;
                value.split_whitespace().next()?.parse().ok()
            })
            .unwrap_or_default()
    };
    (of("Rss:"), of("Pss:"))
}

fn all() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn proc(pid: u32, file: &str) -> PathBuf {
    format!("/proc/{pid}/{file}").into()
}

/// The fields after the name, which may hold anything.
fn stat(pid: u32) -> Vec<String> {
    let text = fs::read_to_string(proc(pid, "stat")).unwrap_or_default();
    let (_, fields) = text.rsplit_once(')').unwrap_or_default();
    fields.split_whitespace().map(str::to_owned).collect()
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid).get(1)?.parse().ok()
}

fn is_below_us(pid: u32) -> bool {
    let us = std::process::id();
    std::iter::successors(Some(pid), |&pid| parent(pid).filter(|&above| above > 1))
        .any(|pid| pid == us)
}
