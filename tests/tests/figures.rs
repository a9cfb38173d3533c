//! Every figure of `tests/bench/README.md` can still be measured. What it is, only a release build on a
//! quiet machine tells: `cargo bench -p winner-tests --bench figures`.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use clap::ValueEnum as _;
use winner_tests::figures::{Figure, Size};
use winner_tests::site::binary;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Postgres with pgbench, and NATS"]
async fn every_figure_can_still_be_measured() {
    let size = Size { quick: true };
    for figure in Figure::value_variants() {
        let rows = Box::pin(figure.measure(&binary(), size)).await.unwrap();
        assert!(!rows.is_empty(), "{figure:?} has no rows");
    }
}
