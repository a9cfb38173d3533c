//! A matching that shows one panel and an intake that shows every entry, behind a real gRPC server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tonic::codegen::tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};
use winner_platform::auth::TokenSigner;
use winner_platform::auth::keys::ServiceKey;
use winner_platform::grpc::client::{AuthorisedChannel, PeerConfig, channel};
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::intake::v1::view_service_server::{ViewService, ViewServiceServer};
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;
use winner_proto::matching::v1::panel_service_server::{PanelService, PanelServiceServer};

type Answer<T> = Result<Response<T>, Status>;

/// The two services that judging asks; they end with this.
pub struct Peers {
    address: SocketAddr,
    shown: Shown,
    _server: JoinSet<Result<(), tonic::transport::Error>>,
}

/// What they know.
#[derive(Clone, Default)]
struct Shown {
    panel: Arc<Mutex<matching::Panel>>,
    asked: Arc<Mutex<Vec<String>>>,
    away: Arc<AtomicBool>,
}

impl Peers {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shown = Shown::default();
        let server = tonic::transport::Server::builder()
            .add_service(ViewServiceServer::new(shown.clone()))
            .add_service(PanelServiceServer::new(shown.clone()));
        let mut tasks = JoinSet::new();
        tasks.spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Self {
            address,
            shown,
            _server: tasks,
        }
    }

    /// Matching has this panel now.
    pub fn now_shows(&self, panel: matching::Panel) {
        *self.shown.panel.lock().unwrap() = panel;
    }

    /// Matching answers no more.
    pub fn matching_goes_away(&self) {
        self.shown.away.store(true, Ordering::Relaxed);
    }

    /// The submissions that intake was asked for.
    pub fn asked(&self) -> Vec<String> {
        self.shown.asked.lock().unwrap().clone()
    }

    pub fn views(&self) -> ViewServiceClient<AuthorisedChannel> {
        ViewServiceClient::new(self.channel("intake"))
    }

    pub fn panels(&self) -> PanelServiceClient<AuthorisedChannel> {
        PanelServiceClient::new(self.channel("matching"))
    }

    fn channel(&self, service: &str) -> AuthorisedChannel {
        let peer = PeerConfig {
            url: format!("http://{}", self.address),
            ca_file: None,
            connect_timeout_ms: 2_000,
            timeout_ms: 5_000,
            balance: winner_platform::grpc::Balance::Off,
        };
        let signer = TokenSigner::new("judging", ServiceKey::generate().unwrap());
        channel(&peer, signer, service).unwrap()
    }
}

#[tonic::async_trait]
impl PanelService for Shown {
    async fn plan_panel(&self, _: Request<matching::PlanPanelRequest>) -> Answer<matching::Panel> {
        Err(Status::unimplemented(""))
    }

    async fn confirm_panel(
        &self,
        _: Request<matching::ConfirmPanelRequest>,
    ) -> Answer<matching::Panel> {
        Err(Status::unimplemented(""))
    }

    async fn get_panel(&self, _: Request<matching::GetPanelRequest>) -> Answer<matching::Panel> {
        Ok(Response::new(self.panel.lock().unwrap().clone()))
    }

    async fn get_panel_state(
        &self,
        _: Request<matching::GetPanelStateRequest>,
    ) -> Answer<matching::PanelStatus> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Status::unavailable("away"));
        }
        let panel = self.panel.lock().unwrap().clone();
        Ok(Response::new(matching::PanelStatus {
            state: panel.state,
            version: panel.version,
            manifest_hash: panel.manifest_hash,
            assignment_count: i32::try_from(panel.assignments.len()).unwrap(),
        }))
    }
}

#[tonic::async_trait]
impl ViewService for Shown {
    async fn batch_get_matching_text(
        &self,
        _: Request<intake::BatchGetMatchingTextRequest>,
    ) -> Answer<intake::BatchGetMatchingTextResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_blinded_entry(
        &self,
        request: Request<intake::GetBlindedEntryRequest>,
    ) -> Answer<intake::BlindedEntry> {
        let asked = request.into_inner().submission_id;
        self.asked.lock().unwrap().push(asked);
        Ok(Response::new(intake::BlindedEntry {
            region_code: "36".to_owned(),
            issue_id: "sampah".to_owned(),
            title: "Saringan air".to_owned(),
            ..Default::default()
        }))
    }

    async fn list_sealed(
        &self,
        _: Request<intake::ListSealedRequest>,
    ) -> Answer<intake::ListSealedResponse> {
        Err(Status::unimplemented(""))
    }

    async fn resolve_recipients(
        &self,
        _: Request<intake::ResolveRecipientsRequest>,
    ) -> Answer<intake::ResolveRecipientsResponse> {
        Err(Status::unimplemented(""))
    }

    async fn batch_get_contacts(
        &self,
        _: Request<intake::BatchGetContactsRequest>,
    ) -> Answer<intake::BatchGetContactsResponse> {
        Err(Status::unimplemented(""))
    }
}
