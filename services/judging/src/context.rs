//! What the use cases work with: the ledger, and the two services that judging asks.

use winner_messaging::Ledger;
use winner_platform::grpc::client::AuthorisedChannel;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    /// The service's ledger.
    pub ledger: Ledger,
    /// Intake's blinded views.
    pub views: ViewServiceClient<AuthorisedChannel>,
    /// Matching's panels.
    pub panels: PanelServiceClient<AuthorisedChannel>,
}
