//! Signals reach the whole process, so each test here starts itself again and stops that.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::allow_attributes,
    reason = "tests may panic"
)]

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use winner_platform::lifecycle::Lifecycle;

/// A child that runs the ignored test of this name, once it says that it runs.
fn start(test: &str) -> (Child, impl Iterator<Item = String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = output.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("running now")));
    (child, lines)
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_lets_tasks_drain_and_the_process_ends_well() {
    for name in ["-TERM", "-INT"] {
        let (mut child, mut lines) = start("a_process_that_drains");
        signal(&child, name);
        assert!(lines.any(|line| line.contains("drained")), "{name}");
        assert!(child.wait().unwrap().success(), "{name}");
    }
}

#[test]
fn a_second_signal_lets_go() {
    let (mut child, mut lines) = start("a_process_that_drains_for_ever");
    signal(&child, "-TERM");
    assert!(lines.any(|line| line.contains("draining")));
    signal(&child, "-TERM");
    assert!(lines.any(|line| line.contains("let go")));
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_crash_ends_the_process_badly() {
    let (mut child, _lines) = start("a_process_that_crashes");
    assert!(!child.wait().unwrap().success());
}

#[tokio::test]
#[ignore = "started by the tests above, in a process of its own"]
async fn a_process_that_drains() {
    let run = Lifecycle::new(Duration::from_secs(20));
    let soft = run.shutdown().soft;
    run.tasks().spawn("worker", async move {
        said_when_signals_are_heard().await;
        soft.cancelled().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        println!("drained");
        Ok::<_, Infallible>(())
    });
    stops_by_itself_when_nobody_signals(&run);
    run.run().await.unwrap();
}

#[tokio::test]
#[ignore = "started by the tests above, in a process of its own"]
async fn a_process_that_drains_for_ever() {
    let run = Lifecycle::new(Duration::from_secs(20));
    let shutdown = run.shutdown();
    run.tasks().spawn("worker", async move {
        said_when_signals_are_heard().await;
        shutdown.soft.cancelled().await;
        println!("draining");
        tokio::select! {
            () = shutdown.hard.cancelled() => println!("let go"),
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
        }
        Ok::<_, Infallible>(())
    });
    stops_by_itself_when_nobody_signals(&run);
    run.run().await.unwrap();
}

#[tokio::test]
#[ignore = "started by the tests above, in a process of its own; fails by design"]
async fn a_process_that_crashes() {
    if std::env::args().all(|argument| argument != "a_process_that_crashes") {
        return;
    }
    let run = Lifecycle::new(Duration::from_secs(5));
    run.tasks().spawn("worker", async {
        said_when_signals_are_heard().await;
        Err("disk full")
    });
    run.run().await.unwrap();
}

/// Tasks run once `run` waits, and by then it hears signals.
async fn said_when_signals_are_heard() {
    tokio::task::yield_now().await;
    println!("running now");
}

/// So that a run of every test, ignored ones too, ends.
fn stops_by_itself_when_nobody_signals(run: &Lifecycle) {
    let soft = run.shutdown().soft;
    run.tasks().spawn("patience", async move {
        tokio::select! {
            () = soft.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(3)) => soft.cancel(),
        }
        Ok::<_, Infallible>(())
    });
}
