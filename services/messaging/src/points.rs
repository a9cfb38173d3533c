//! Named points at which tests kill the process: one at every await of the relay, the inbox, and
//! of appending and committing. Without the feature `failpoints` they are nothing.

/// Every point, so that the crash suite can kill at each of them once.
pub const ALL: &[&str] = &[
    "unit.append.before",
    "unit.append.after",
    "unit.commit.before",
    "unit.commit.after",
    "request.claim.before",
    "request.claim.after",
    "request.complete.after",
    "relay.lock.before",
    "relay.lock.after",
    "relay.select.after",
    "relay.batch.before",
    "relay.batch.commit",
    "relay.batch.after",
    "relay.publish.before",
    "relay.publish.after",
    "relay.ack.after",
    "relay.move.before",
    "relay.move.after",
    "relay.commit.before",
    "relay.commit.after",
    "inbox.pull.after",
    "inbox.peek.after",
    "inbox.gap.before",
    "inbox.gap.after",
    "inbox.prepare.before",
    "inbox.prepare.after",
    "inbox.begin.after",
    "inbox.lock.after",
    "inbox.apply.before",
    "inbox.apply.after",
    "inbox.cursor.after",
    "inbox.commit.before",
    "inbox.commit.after",
    "inbox.ack.before",
    "inbox.ack.after",
    "inbox.attempt.after",
    "inbox.dead.before",
    "inbox.dead.after",
    "inbox.hold.after",
    "revive.asked.after",
    "revive.prepare.after",
    "revive.begin.after",
    "revive.apply.after",
    "revive.release.after",
    "revive.commit.after",
    "revive.bury.after",
];

/// Arms the points that the variable `FAILPOINTS` names, as in
/// `FAILPOINTS="relay.ack.after=2*off->return(kill)"`, until the result is dropped. The action
/// `return(kill)` ends the process at once, without unwinding, as SIGKILL would.
#[cfg(feature = "failpoints")]
#[must_use = "the points are armed until this is dropped"]
pub fn arm() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}

/// Passes the point `name`; a test may have armed it to kill, delay or fail here.
#[cfg(feature = "failpoints")]
pub(crate) async fn hit(name: &'static str) {
    debug_assert!(ALL.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |action| {
        if action.as_deref() == Some("kill") {
            std::process::abort();
        }
    });
    // Lets a test drop the future exactly here.
    tokio::task::yield_now().await;
}

/// Passes the point `name`: nothing happens in a build without fail points.
#[cfg(not(feature = "failpoints"))]
#[expect(clippy::unused_async, reason = "the same shape as with fail points")]
pub(crate) async fn hit(_name: &'static str) {}
