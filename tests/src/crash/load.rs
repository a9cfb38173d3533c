//! A load of submissions: several teams that draft, submit, sometimes withdraw, and sometimes ask for
//! their receipt again, until they are told to stop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use uuid::Uuid;
use winner::stack::issuer::{Issuer, Subject};
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::types::v1::{Choices, Value, value::Kind};

use super::client::{self, Session, insist};
use super::journal::{Accepted, Journal};
use super::rig::Rig;

/// The region and the issue of every submission.
const REGION: &str = "36.73";
const ISSUE: &str = "kemiskinan";

/// The running teams.
#[derive(Debug)]
pub struct Load {
    stop: CancellationToken,
    teams: JoinSet<Result<()>>,
}

impl Load {
    /// Sends `teams` to work, each pausing for `pause` after every submission.
    ///
    /// # Errors
    /// When the fleet has no intake.
    pub fn start(rig: &Rig, teams: u64, pause: Duration, seed: u64) -> Result<Self> {
        let stop = CancellationToken::new();
        let mut running = JoinSet::new();
        for number in 0..teams {
            running.spawn(Team::new(rig, number, seed)?.work(stop.clone(), pause));
        }
        Ok(Self {
            stop,
            teams: running,
        })
    }

    /// Lets every team finish what it has begun.
    ///
    /// # Errors
    /// When a team was refused what it has a right to, or nobody answered it for too long.
    pub async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        while let Some(ended) = self.teams.join_next().await {
            ended??;
        }
        Ok(())
    }
}

/// One applicant with an organisation.
#[derive(Debug)]
pub struct Team {
    number: u64,
    url: String,
    issuer: Issuer,
    edition: String,
    journal: Arc<Journal>,
    rng: StdRng,
}

/// A draft that is ready to be submitted.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The submission's id.
    pub submission: Uuid,
    /// Who submits.
    pub session: Session,
    /// What is sent.
    pub request: pb::SubmitRequest,
}

impl Team {
    /// Team `number` of an installation.
    ///
    /// # Errors
    /// When the fleet has no intake.
    pub fn new(rig: &Rig, number: u64, seed: u64) -> Result<Self> {
        Ok(Self {
            number,
            url: rig.installation.fleet.url("intake")?,
            issuer: rig.installation.issuer()?,
            edition: format!("editions/{}", rig.edition),
            journal: Arc::clone(&rig.journal),
            rng: StdRng::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9)),
        })
    }

    /// Signs in, founds an organisation and drafts a submission.
    ///
    /// # Errors
    /// When that is refused.
    pub async fn ready(&mut self) -> Result<Ready> {
        let organisation = self.found_organisation().await?;
        let intake = client::channel(&self.url)?;
        let session = self.sign_in(&intake).await?;
        let submission = Uuid::from_u128(self.rng.random());
        let draft = self
            .draft(&intake, &session, &organisation, submission)
            .await?;
        Ok(Ready {
            submission,
            session,
            request: request(submission, draft.name, draft.etag),
        })
    }

    async fn work(mut self, stop: CancellationToken, pause: Duration) -> Result<()> {
        let organisation = self.found_organisation().await?;
        while !stop.is_cancelled() {
            let submission = Uuid::from_u128(self.rng.random());
            self.one(&organisation, submission)
                .await
                .with_context(|| format!("team {}, submission {submission}", self.number))?;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
        Ok(())
    }

    async fn sign_in(&self, intake: &Channel) -> Result<Session> {
        let subject = format!("tim-{}", self.number);
        let email = format!("{subject}@contoh.test");
        let who = Subject {
            subject: &subject,
            name: "Pemohon Contoh",
            email: &email,
            groups: &[],
        };
        client::sign_in(&self.journal, intake, &self.issuer, who).await
    }

    async fn found_organisation(&mut self) -> Result<String> {
        let intake = client::channel(&self.url)?;
        let session = self.sign_in(&intake).await?;
        let id = Uuid::from_u128(self.rng.random());
        let request = pb::CreateOrganisationRequest {
            organisation: Some(pb::Organisation {
                display_name: format!("Koperasi Contoh {}", self.number),
                legal_form: pb::LegalForm::NotIncorporated.into(),
                region_code: REGION.to_owned(),
                ..Default::default()
            }),
            organisation_id: id.to_string(),
            request_id: format!("organisasi-{id}"),
        };
        let (made, _tries) = insist(&self.journal, || async {
            IdentityServiceClient::new(intake.clone())
                .create_organisation(session.ask(request.clone()))
                .await
        })
        .await
        .context("the organisation is not made")?;
        Ok(made.into_inner().name)
    }

    /// One submission, from the draft to the receipt and sometimes beyond.
    async fn one(&mut self, organisation: &str, submission: Uuid) -> Result<()> {
        // A new connection each time: the front leads it to the next copy.
        let intake = client::channel(&self.url)?;
        // What a membership or a killed copy changed is in the next token.
        let session = self.sign_in(&intake).await?;
        let draft = self
            .draft(&intake, &session, organisation, submission)
            .await?;
        let request = request(submission, draft.name.clone(), draft.etag);
        let (receipt, tries) = self.submit(&intake, &session, &request).await?;
        self.journal.accepted(Accepted {
            submission,
            request: request.clone(),
            receipt: receipt.clone(),
            tries,
            withdrawn: false,
        });
        if self.rng.random_ratio(1, 3) {
            let withdrawal = pb::WithdrawSubmissionRequest {
                name: draft.name,
                request_id: format!("tarik-{submission}"),
            };
            insist(&self.journal, || async {
                SubmissionServiceClient::new(intake.clone())
                    .withdraw_submission(session.ask(withdrawal.clone()))
                    .await
            })
            .await
            .context("not withdrawn")?;
            self.journal.withdrawn(submission);
        }
        if self.rng.random_ratio(1, 4) {
            let (again, _tries) = self.submit(&intake, &session, &request).await?;
            ensure!(
                again == receipt,
                "another receipt for the same request: {again:?}, {receipt:?}"
            );
        }
        Ok(())
    }

    async fn submit(
        &self,
        intake: &Channel,
        session: &Session,
        request: &pb::SubmitRequest,
    ) -> Result<(pb::Receipt, u32)> {
        let (answer, tries) = insist(&self.journal, || async {
            SubmissionServiceClient::new(intake.clone())
                .submit(session.ask(request.clone()))
                .await
        })
        .await
        .context("in time, and refused")?;
        let receipt = answer.into_inner().receipt.context("no receipt")?;
        Ok((receipt, tries))
    }

    async fn draft(
        &self,
        intake: &Channel,
        session: &Session,
        organisation: &str,
        submission: Uuid,
    ) -> Result<pb::Submission> {
        let request = pb::CreateSubmissionRequest {
            parent: self.edition.clone(),
            submission: Some(pb::Submission {
                organisation: organisation.to_owned(),
                region_code: REGION.to_owned(),
                issue_id: ISSUE.to_owned(),
                title: "DATA CONTOH: pasar langsung petani".to_owned(),
                ..Default::default()
            }),
            submission_id: submission.to_string(),
            request_id: format!("draf-{submission}"),
        };
        let (draft, _tries) = insist(&self.journal, || async {
            SubmissionServiceClient::new(intake.clone())
                .create_submission(session.ask(request.clone()))
                .await
        })
        .await
        .context("not drafted")?;
        let answers = answers();
        let request = pb::UpdateSubmissionRequest {
            name: draft.into_inner().name,
            base_versions: answers.keys().map(|field| (field.clone(), 0)).collect(),
            answers: answers.into_iter().collect(),
            title: String::new(),
            request_id: format!("isi-{submission}"),
        };
        let (filled, _tries) = insist(&self.journal, || async {
            SubmissionServiceClient::new(intake.clone())
                .update_submission(session.ask(request.clone()))
                .await
        })
        .await
        .context("not filled in")?;
        Ok(filled.into_inner())
    }
}

fn request(submission: Uuid, name: String, etag: String) -> pb::SubmitRequest {
    pb::SubmitRequest {
        name,
        etag,
        request_id: format!("kirim-{submission}"),
    }
}

fn answers() -> BTreeMap<String, Value> {
    let choice = Choices {
        choice_ids: vec!["berjalan".to_owned()],
    };
    [
        (
            "ringkasan",
            Kind::Text("DATA CONTOH: kontrak beli bersama.".to_owned()),
        ),
        (
            "dampak",
            Kind::Text("DATA CONTOH: pendapatan naik.".to_owned()),
        ),
        ("penerima-manfaat", Kind::Integer(120)),
        ("kebutuhan-dana", Kind::Rupiah(50_000_000)),
        ("tahap", Kind::Choices(choice)),
    ]
    .into_iter()
    .map(|(field, kind)| (field.to_owned(), Value { kind: Some(kind) }))
    .collect()
}
