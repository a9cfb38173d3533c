//! What one dead endpoint of a hundred costs the others.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stdout,
        clippy::large_futures,
        reason = "tests may panic, and this one says what it measured"
    )
)]

mod support;

use std::time::Duration;

use sqlx::PgPool;
use support::hooks::{Hooks, until};
use support::receiver::{Manners, Receiver};
use tokio::time::Instant;
use winner_notification::webhooks::WebhooksConfig;

/// Healthy endpoints, which answer after so many milliseconds.
const HEALTHY: usize = 99;
const ANSWERS_AFTER: u64 = 20;
/// Events of a round; each goes to every endpoint.
const EVENTS: usize = 30;
/// Pairs of rounds, with and without the dead one: whatever else the machine does falls on both.
const PAIRS: usize = 9;
/// What the dead one may cost the others.
const AIM: f64 = 0.05;

/// Lets events come and measures until the healthy endpoints have them all.
async fn round(hooks: &Hooks, healthy: &[Receiver]) -> Duration {
    let before: usize = healthy.iter().map(Receiver::count).sum();
    let began = Instant::now();
    hooks.say_many(EVENTS).await;
    until("the healthy ones", async || {
        let now: usize = healthy.iter().map(Receiver::count).sum();
        now - before >= EVENTS * HEALTHY
    })
    .await;
    began.elapsed()
}

async fn dead_one_costs(pool: &PgPool, manners: Manners) -> f64 {
    // As shipped, but for the rate, which would hide what is measured, and this machine.
    let config = WebhooksConfig {
        allow_plain_loopback: true,
        endpoints_an_edition: 200,
        per_second: 1_000,
        ..WebhooksConfig::default()
    };
    let hooks = Hooks::with(pool, config).await;
    let mut healthy = Vec::new();
    for _ in 0..HEALTHY {
        let one = Receiver::start(Manners::Answer(200, ANSWERS_AFTER)).await;
        hooks.register(&one.url(), &[">"]).await;
        healthy.push(one);
    }
    let dead = Receiver::start(manners.clone()).await;
    let endpoint = hooks.register(&dead.url(), &[">"]).await;
    let name = endpoint.endpoint.unwrap().name;
    hooks.disable(&name).await;
    let running = hooks.start();
    round(&hooks, &healthy).await;
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        let without = round(&hooks, &healthy).await;
        hooks.enable(&name).await;
        let with = round(&hooks, &healthy).await;
        hooks.disable(&name).await;
        pairs.push((with.as_secs_f64() / without.as_secs_f64() - 1.0, with));
    }
    running.kill().await;
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (cost, took) = pairs[PAIRS / 2];
    println!(
        "one endpoint of {} that does {manners:?} costs the others {:.1} % (median of {PAIRS} pairs from {:.1} to {:.1} %; {} deliveries in {took:.2?})",
        HEALTHY + 1,
        100.0 * cost,
        100.0 * pairs[0].0,
        100.0 * pairs[PAIRS - 1].0,
        EVENTS * HEALTHY,
    );
    assert!(!dead.taken().is_empty());
    cost
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_dead_endpoint_of_a_hundred_costs_the_others_less_than_a_twentieth(pool: PgPool) {
    let cost = dead_one_costs(&pool, Manners::Hang).await;
    assert!(cost < AIM, "{cost:.3}");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_dripping_endpoint_of_a_hundred_costs_the_others_less_than_a_twentieth(pool: PgPool) {
    let cost = dead_one_costs(&pool, Manners::Drip).await;
    assert!(cost < AIM, "{cost:.3}");
}
