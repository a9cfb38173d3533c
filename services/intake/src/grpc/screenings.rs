//! `ScreeningService`.

use std::collections::BTreeMap;

use tonic::{Request, Response, Status};
use winner_messaging::Origin;
use winner_platform::auth::Actor;
use winner_proto::intake::v1::screening_service_server::ScreeningService;
use winner_proto::intake::v1::{
    self as intake, AnnounceOutcomesRequest, AnnounceOutcomesResponse, CriterionFinding,
    ListScreeningsRequest, ListScreeningsResponse, RecordScreeningRequest, ScreeningVerdict,
};

use super::once::{finish, fresh};
use super::{caller, page, parse};
use crate::commands::announce_outcomes::{Announced, Step, announce_outcomes, batch};
use crate::commands::record_screening::record_screening;
use crate::context::Context;
use crate::domain::ids::CriterionId;
use crate::domain::names;
use crate::domain::screening::{Decision, Finding, Verdict};
use crate::messages;
use crate::queries::screenings;
use crate::refusal::Refusal;

/// Answers `ScreeningService`.
#[derive(Debug, Clone)]
pub(crate) struct Screenings(pub(crate) Context);

fn decision(message: &intake::Screening) -> Result<Decision, Refusal> {
    let mut faults = parse::Faults::default();
    let verdict = match message.verdict() {
        ScreeningVerdict::Unspecified => None,
        ScreeningVerdict::Eligible => Some(Verdict::Eligible),
        ScreeningVerdict::Ineligible => Some(Verdict::Ineligible),
        ScreeningVerdict::NeedsCorrection => Some(Verdict::NeedsCorrection),
    };
    if verdict.is_none() {
        faults.add("screening.verdict", "REQUIRED", "a verdict is required");
    }
    let mut findings = BTreeMap::new();
    for (criterion, found) in &message.findings {
        let path = format!("screening.findings[{criterion}]");
        let id = faults.read(&path, "INVALID_ID", CriterionId::parse(criterion));
        let found = match CriterionFinding::try_from(*found) {
            Ok(CriterionFinding::Met) => Some(Finding::Met),
            Ok(CriterionFinding::NotMet) => Some(Finding::NotMet),
            Ok(CriterionFinding::Unclear) => Some(Finding::Unclear),
            Ok(CriterionFinding::Unspecified) | Err(_) => None,
        };
        match (id, found) {
            (Some(id), Some(found)) => {
                findings.insert(id, found);
            }
            _ => faults.add(&path, "REQUIRED", "met, not met or unclear"),
        }
    }
    match verdict {
        Some(verdict) => {
            faults.none()?;
            Ok(Decision {
                verdict,
                findings,
                reason: message.reason.trim().to_owned(),
            })
        }
        None => Err(faults.refusal()),
    }
}

fn response(announced: Announced) -> Result<AnnounceOutcomesResponse, Refusal> {
    let count = |count: i64| i32::try_from(count).map_err(Refusal::internal);
    Ok(AnnounceOutcomesResponse {
        eligible_count: count(announced.eligible)?,
        ineligible_count: count(announced.ineligible)?,
        needs_correction_count: count(announced.needs_correction)?,
    })
}

#[tonic::async_trait]
impl ScreeningService for Screenings {
    async fn record_screening(
        &self,
        request: Request<RecordScreeningRequest>,
    ) -> Result<Response<intake::Screening>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "RecordScreening", request);
        let message = request.screening.clone().unwrap_or_default();
        let (edition, id) = parse::name("screening.name", names::parse_screening(&message.name))?;
        let decision = decision(&message)?;
        let version = message.submission_version;
        let row =
            record_screening(&self.0, &mut unit, caller, &edition, id, version, decision).await?;
        Ok(finish(unit, guard, messages::screening(&edition, &row)).await?)
    }

    async fn list_screenings(
        &self,
        request: Request<ListScreeningsRequest>,
    ) -> Result<Response<ListScreeningsResponse>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let request = request.get_ref();
        let edition = parse::name("parent", names::parse_edition(&request.parent))?;
        let size = page::Size::read(request.page_size, 50, 200)?;
        let after = page::read(&request.page_token, page::uuid)?;
        let mut rows = screenings::list(&self.0, caller, &edition, after, size.limit()).await?;
        let next_page_token = size.cut(&mut rows, |row| [row.submission.to_string()]);
        let screenings = rows
            .iter()
            .map(|row| messages::screening(&edition, row))
            .collect();
        Ok(Response::new(ListScreeningsResponse {
            screenings,
            next_page_token,
        }))
    }

    async fn announce_outcomes(
        &self,
        request: Request<AnnounceOutcomesRequest>,
    ) -> Result<Response<AnnounceOutcomesResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        loop {
            let (mut unit, guard) = fresh!(&self.0, &actor, "AnnounceOutcomes", request);
            let (edition, wave) = parse::name("wave", names::parse_wave(&request.wave))?;
            match announce_outcomes(&self.0, &mut unit, caller, &edition, &wave).await? {
                Step::Done(announced) => {
                    return Ok(finish(unit, guard, response(announced)?).await?);
                }
                // The claim is given back: the last step, which answers, claims it again.
                Step::TooMany => {
                    drop(unit);
                    batch(
                        &self.0,
                        Origin::request(&request.request_id),
                        &edition,
                        &wave,
                    )
                    .await?;
                }
            }
        }
    }
}
