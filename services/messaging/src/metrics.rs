//! TODO
use crate::config::NodeConfig;
use crate::consumer::ConsumerSpec;
use crate::ledger::Ledger;
use async_nats::jetstream;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use winner_proto::event::AggregateDescriptor;
pub(crate) async fn watch(
    _ledger: Ledger,
    _jetstream: jetstream::Context,
    _contracts: &'static [AggregateDescriptor],
    _specs: Vec<ConsumerSpec>,
    _config: Arc<NodeConfig>,
    _stop: CancellationToken,
) -> Result<(), std::convert::Infallible> {
    unimplemented!()
}
