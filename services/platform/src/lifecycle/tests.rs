use std::convert::Infallible;
use std::future::pending;

use super::*;

fn lifecycle(drain: Duration) -> Lifecycle {
    Lifecycle::new(drain)
}

#[tokio::test]
async fn a_task_that_fails_stops_the_process_and_everyone_drains() {
    let run = lifecycle(Duration::from_secs(5));
    let (tasks, shutdown) = (run.tasks(), run.shutdown());
    let drained = CancellationToken::new();
    let told = drained.clone();
    tasks.spawn("steady", async move {
        shutdown.soft.cancelled().await;
        told.cancel();
        Ok::<_, Infallible>(())
    });
    tasks.spawn("fragile", async { Err("disk full") });
    let ended = run.run().await;
    assert!(
        matches!(&ended, Err(LifecycleError::Crashed(crash))
            if crash.task == "fragile" && crash.cause == "disk full"),
        "{ended:?}"
    );
    assert!(drained.is_cancelled());
}

#[tokio::test]
async fn a_task_that_panics_stops_the_process() {
    let run = lifecycle(Duration::from_secs(5));
    run.tasks().spawn("fragile", async {
        let out_of_luck = std::env::args().count() > 0;
        assert!(!out_of_luck, "out of luck");
        Ok::<_, Infallible>(())
    });
    let ended = run.run().await;
    assert!(
        matches!(&ended, Err(LifecycleError::Crashed(crash)) if crash.cause == "panic: out of luck"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_task_that_ends_well_stops_nobody() {
    let run = lifecycle(Duration::from_secs(5));
    run.tasks()
        .spawn("brief", async { Ok::<_, Infallible>(()) });
    let shutdown = run.shutdown();
    let running = tokio::time::timeout(Duration::from_millis(50), run.run()).await;
    assert!(running.is_err());
    assert!(!shutdown.soft.is_cancelled());
}

#[tokio::test]
async fn a_task_that_does_not_drain_is_let_go_at_the_deadline() {
    let run = lifecycle(Duration::from_millis(50));
    let shutdown = run.shutdown();
    let hard = shutdown.hard.clone();
    run.tasks().spawn("slow", async move {
        hard.cancelled().await;
        Ok::<_, Infallible>(())
    });
    shutdown.soft.cancel();
    let started = tokio::time::Instant::now();
    assert!(matches!(run.run().await, Ok(())));
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_task_that_never_stops_is_counted() {
    let run = lifecycle(Duration::from_millis(50));
    run.tasks()
        .spawn("stuck", pending::<Result<(), Infallible>>());
    run.shutdown().soft.cancel();
    assert!(matches!(run.run().await, Err(LifecycleError::Undrained(1))));
}

#[test]
fn what_stops_the_whole_stops_the_part_and_not_the_other_way_round() {
    let whole = Shutdown::new();
    let (one, other) = (whole.child(), whole.child());
    one.soft.cancel();
    assert!(!whole.soft.is_cancelled() && !other.soft.is_cancelled());
    whole.soft.cancel();
    assert!(other.soft.is_cancelled());
}
