//! Named points at which tests kill the process: one at every await of sending. Without the feature
//! `failpoints` they are nothing.

/// Every point of sending messages, so that the crash suite can kill at each of them once.
pub const ALL: &[&str] = &[
    "sender.claim.before",
    "sender.claim.after",
    "sender.contacts.after",
    "sender.obstacles.after",
    "sender.offer.before",
    "sender.offer.after",
    "sender.cross.after",
    "sender.dot.after",
    "sender.report.after",
    "conclude.begin.before",
    "conclude.save.after",
    "conclude.commit.before",
    "conclude.commit.after",
    "reap.save.after",
    "reap.commit.after",
];

/// Every point of bringing events to endpoints.
pub const WEBHOOKS: &[&str] = &[
    "webhooks.claim.after",
    "webhooks.call.before",
    "webhooks.call.after",
    "webhooks.save.after",
    "webhooks.commit.before",
];

/// The points on an SMS' way, besides those that every message passes.
pub const SMS: &[&str] = &[
    "texting.turn.before",
    "texting.cross.before",
    "texting.cross.after",
    "texting.answer.after",
];

/// Passes the point `name`; a test may have armed it to stop, delay or kill here.
#[cfg(feature = "failpoints")]
pub(crate) async fn hit(name: &'static str) {
    let listed = ALL.contains(&name) || SMS.contains(&name) || WEBHOOKS.contains(&name);
    debug_assert!(listed, "{name} is not listed");
    fail::fail_point!(name);
    // Lets a test drop the future exactly here.
    tokio::task::yield_now().await;
}

/// Passes the point `name`: nothing happens in a build without fail points.
#[cfg(not(feature = "failpoints"))]
#[expect(clippy::unused_async, reason = "the same shape as with fail points")]
pub(crate) async fn hit(_name: &'static str) {}
