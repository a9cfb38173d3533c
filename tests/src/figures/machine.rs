//! What the figures were measured on.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::Instant;

use anyhow::Result;

use crate::figures::load::Latencies;

/// How many syncs of the disk are timed.
const SYNCS: u32 = 200;

/// Processor, cores, kernel, what a sync of the disk takes, and how busy all that is.
pub(super) fn describe() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    Ok(format!(
        "{} cores of {model}, Linux {}, load {} before; fdatasync of one page: {}",
        std::thread::available_parallelism()?,
        kernel.trim(),
        load.split(' ').next().unwrap_or_default(),
        fdatasync()?
    ))
}

/// Where the servers keep their data, writes the same page again and again, as a write-ahead log does.
fn fdatasync() -> Result<Latencies> {
    let mut file = tempfile::tempfile()?;
    let mut times = Vec::new();
    for n in 0..SYNCS {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[n.to_le_bytes()[0]; 8192])?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed());
    }
    Ok(Latencies::new(times))
}
