//! `winner webhook`: endpoints outside the cluster that are told of an edition's PUBLIC events.

mod arguments;
mod print;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use winner_platform::Ids;
use winner_proto::notification::v1 as wire;
use winner_proto::notification::v1::webhook_service_client::WebhookServiceClient;

use crate::cli::Common;
use crate::person::{Called, refused};
pub use arguments::Arguments;
use arguments::{Action, State, Which};

/// Runs the command.
///
/// # Errors
/// What the service refuses, and when it cannot be reached.
pub async fn run(common: &Common, arguments: Arguments) -> Result<ExitCode> {
    let called = arguments.caller.connect(common, "notification")?;
    let client = WebhookServiceClient::new(called.channel.clone());
    let desk = Desk { called, client };
    match arguments.action {
        Action::Create {
            edition,
            url,
            subjects,
            per_second,
        } => {
            let request = wire::CreateEndpointRequest {
                parent: format!("editions/{edition}"),
                url,
                subjects,
                max_per_second: per_second,
                request_id: request_id(),
            };
            let made = desk.create(request).await?;
            print::with_secret(&made);
        }
        Action::List { edition } => desk.list(&edition).await?,
        Action::Show(which) => {
            let request = wire::GetEndpointRequest { name: which.name() };
            let mut client = desk.client.clone();
            let read = client.get_endpoint(desk.called.ask(request)).await;
            print::endpoint(&read.map_err(refused)?.into_inner());
        }
        Action::Update {
            which,
            url,
            subjects,
            per_second,
            enable,
            disable,
        } => {
            let request = update(&which, url, subjects, per_second, enable, disable)?;
            let mut client = desk.client.clone();
            let changed = client.update_endpoint(desk.called.ask(request)).await;
            print::endpoint(&changed.map_err(refused)?.into_inner());
        }
        Action::Rotate {
            which,
            overlap_hours,
        } => {
            let request = wire::RotateEndpointSecretRequest {
                name: which.name(),
                overlap_hours,
                request_id: request_id(),
            };
            let mut client = desk.client.clone();
            let made = client
                .rotate_endpoint_secret(desk.called.ask(request))
                .await;
            print::with_secret(&made.map_err(refused)?.into_inner());
        }
        Action::Delete(which) => {
            let request = wire::DeleteEndpointRequest {
                name: which.name(),
                request_id: request_id(),
            };
            let mut client = desk.client.clone();
            let deleted = client.delete_endpoint(desk.called.ask(request)).await;
            deleted.map_err(refused)?;
            println!("{} is gone", which.id);
        }
        Action::Test(which) => return desk.test(&which).await,
        Action::Replay {
            which,
            since,
            until,
            undelivered,
            delivery,
        } => {
            let request = wire::ReplayDeliveriesRequest {
                name: which.name(),
                delivery_id: delivery.map(|id| id.to_string()).unwrap_or_default(),
                start_time: since.as_deref().map(moment).transpose()?,
                end_time: until.as_deref().map(moment).transpose()?,
                undelivered_only: undelivered,
                request_id: request_id(),
            };
            let mut client = desk.client.clone();
            let replayed = client.replay_deliveries(desk.called.ask(request)).await;
            let count = replayed.map_err(refused)?.into_inner().delivery_count;
            println!("{count} will be brought again");
        }
        Action::Deliveries {
            which,
            state,
            limit,
        } => desk.deliveries(&which, state, limit).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The service, and who asks it.
struct Desk {
    called: Called,
    client: WebhookServiceClient<tonic::transport::Channel>,
}

impl Desk {
    async fn create(
        &self,
        request: wire::CreateEndpointRequest,
    ) -> Result<wire::EndpointWithSecret> {
        let mut client = self.client.clone();
        let made = client.create_endpoint(self.called.ask(request)).await;
        Ok(made.map_err(refused)?.into_inner())
    }

    async fn list(&self, edition: &str) -> Result<()> {
        let request = wire::ListEndpointsRequest {
            parent: format!("editions/{edition}"),
        };
        let mut client = self.client.clone();
        let listed = client.list_endpoints(self.called.ask(request)).await;
        let endpoints = listed.map_err(refused)?.into_inner().endpoints;
        for endpoint in &endpoints {
            print::endpoint(endpoint);
        }
        println!("{} endpoint(s) of {edition}", endpoints.len());
        Ok(())
    }

    async fn test(&self, which: &Which) -> Result<ExitCode> {
        let request = wire::TestEndpointRequest { name: which.name() };
        let mut client = self.client.clone();
        let tested = client.test_endpoint(self.called.ask(request)).await;
        let said = tested.map_err(refused)?.into_inner();
        print::delivery(&said);
        Ok(if said.state() == wire::DeliveryState::Delivered {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    async fn deliveries(&self, which: &Which, state: Option<State>, limit: usize) -> Result<()> {
        let (mut left, mut page_token) = (limit, String::new());
        while left > 0 {
            let request = wire::ListDeliveriesRequest {
                parent: which.name(),
                page_size: i32::try_from(left.min(500))?,
                page_token,
                state: state
                    .map_or(wire::DeliveryState::Unspecified, State::on_the_wire)
                    .into(),
            };
            let mut client = self.client.clone();
            let listed = client.list_deliveries(self.called.ask(request)).await;
            let page = listed.map_err(refused)?.into_inner();
            for delivery in &page.deliveries {
                print::delivery(delivery);
            }
            left -= page.deliveries.len().min(left);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(())
    }
}

fn update(
    which: &Which,
    url: Option<String>,
    subjects: Vec<String>,
    per_second: Option<i32>,
    enable: bool,
    disable: bool,
) -> Result<wire::UpdateEndpointRequest> {
    let changes = [
        ("url", url.is_some()),
        ("subjects", !subjects.is_empty()),
        ("max_per_second", per_second.is_some()),
        ("state", enable || disable),
    ];
    let paths: Vec<String> = changes
        .iter()
        .filter(|(_, changes)| *changes)
        .map(|(path, _)| (*path).to_owned())
        .collect();
    if paths.is_empty() {
        bail!("nothing to change: give --url, --subject, --per-second, --enable or --disable");
    }
    let state = if disable {
        wire::EndpointState::Disabled
    } else {
        wire::EndpointState::Enabled
    };
    Ok(wire::UpdateEndpointRequest {
        endpoint: Some(wire::Endpoint {
            name: which.name(),
            url: url.unwrap_or_default(),
            subjects,
            state: state.into(),
            max_per_second: per_second.unwrap_or_default(),
            ..Default::default()
        }),
        update_mask: Some(pbjson_types::FieldMask { paths }),
        request_id: request_id(),
    })
}

fn request_id() -> String {
    Ids::system().uuid().to_string()
}

fn moment(text: &str) -> Result<pbjson_types::Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339)
        .with_context(|| format!("{text} is no moment such as 2026-11-24T00:00:00Z"))?;
    Ok(pbjson_types::Timestamp {
        seconds: at.unix_timestamp(),
        nanos: i32::try_from(at.nanosecond())?,
    })
}
