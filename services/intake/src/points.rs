//! Named points at which a test may stop, delay or kill this service: one at every await of `Submit`.

/// Every point.
pub const ALL: &[&str] = &[
    "submit.begin.before",
    "submit.begin.after",
    "submit.wave.before",
    "submit.wave.after",
    "submit.locked.after",
    "submit.decided.after",
    "submit.version.after",
    "submit.marked.after",
    "submit.appended.after",
    "submit.committed.after",
];

/// Passes the point `name`; a test may have armed it.
#[cfg(feature = "failpoints")]
pub(crate) async fn hit(name: &'static str) {
    debug_assert!(ALL.contains(&name), "{name} is not listed");
    fail::fail_point!(name);
    // Lets a test drop the future exactly here.
    tokio::task::yield_now().await;
}

/// Passes the point `name`: nothing happens in a build without fail points.
#[cfg(not(feature = "failpoints"))]
#[expect(clippy::unused_async, reason = "the same shape as with fail points")]
pub(crate) async fn hit(_name: &'static str) {}
