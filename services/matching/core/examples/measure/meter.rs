//! CPU seconds and memory of this process.

/// The least CPU seconds of the repeats, and the last result.
pub(crate) fn best_of<T>(repeat: i64, mut make: impl FnMut() -> Option<T>) -> (f64, Option<T>) {
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
pub(crate) fn peak_mb() -> u64 {
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
