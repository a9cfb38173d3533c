//! TODO
use crate::config::NodeConfig;
use crate::ledger::Ledger;
use async_nats::jetstream;
use std::sync::Arc;
use winner_platform::lifecycle::Shutdown;
pub(crate) struct Relay;
impl Relay {
    pub(crate) fn new(
        _l: Ledger,
        _j: jetstream::Context,
        _s: &'static str,
        _c: Arc<NodeConfig>,
    ) -> Self {
        Self
    }
    pub(crate) async fn run(self, _s: Shutdown) -> Result<(), std::convert::Infallible> {
        unimplemented!()
    }
}
