//! A small edition on a site of its own: a chair, a screener, three judges and a team with drafts, all
//! with real offices, who call the services as people do.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use pbjson_types::Timestamp;
use time::OffsetDateTime;
use tonic::{Code, Status};
use uuid::Uuid;
use winner_platform::auth::Grant;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::options::v1::Office;
use winner_proto::types::v1::{Choices, Deadline, Value, value::Kind};

use crate::site::{Signed, Site, example, until};

/// The edition's id.
pub const EDITION: &str = "contoh-2026";
/// The team's organisation.
pub const ORGANISATION: &str = "00000000-0000-4000-8000-000000000001";
/// The team's address.
pub const TEAM: &str = "tim@contoh.test";
/// Its rounds; those after the first are the first once more, later.
pub const ROUNDS: [&str; 4] = [
    "seleksi-meja",
    "seleksi-ulang",
    "seleksi-akhir",
    "seleksi-sisa",
];
/// How long a token of this test lives.
const LIFE: Duration = Duration::from_secs(300);
/// The second wave stays open until then, so that people can submit while the first is judged.
const LAST_DEADLINE: OffsetDateTime = time::macros::datetime!(2027-06-30 12:00 +7);

/// The edition and its people.
pub struct Edition {
    /// Where it runs.
    pub site: Site,
    chair: Uuid,
    applicant: Uuid,
    screener: Option<Uuid>,
    /// Those who hold the office of a judge.
    pub judges: Vec<Uuid>,
    requests: AtomicU64,
}

/// An office that was offered and accepted.
pub struct Granted {
    /// Who holds it.
    pub person: Uuid,
    /// `memberships/{membership}`.
    pub membership: String,
}

impl Edition {
    /// An open edition, a chair, and a team with an organisation. Intake must run.
    pub async fn open(site: Site) -> Result<Self> {
        site.set_clock(time::macros::datetime!(2027-02-10 09:00 +7))
            .await?;
        let chair = site.sign_in("ketua", &["winner-admin"]).await?;
        let applicant = site.sign_in("tim", &[]).await?;
        let edition = Self {
            site,
            chair: chair.person,
            applicant: applicant.person,
            screener: None,
            judges: Vec::new(),
            requests: AtomicU64::new(0),
        };
        let mut editions = EditionServiceClient::new(edition.site.channel("intake")?);
        let create = intake::CreateEditionRequest {
            definition: Some(definition()),
            request_id: edition.request_id(),
        };
        editions.create_edition(chair.ask(create)).await?;
        let open = intake::OpenEditionRequest {
            name: name(),
            request_id: edition.request_id(),
        };
        editions.open_edition(edition.chair().ask(open)).await?;
        let create = intake::CreateOrganisationRequest {
            organisation: Some(intake::Organisation {
                display_name: "Organisasi Contoh".to_owned(),
                legal_form: intake::LegalForm::NotIncorporated.into(),
                region_code: "36.73".to_owned(),
                ..Default::default()
            }),
            organisation_id: ORGANISATION.to_owned(),
            request_id: edition.request_id(),
        };
        edition
            .identities()?
            .create_organisation(applicant.ask(create))
            .await?;
        Ok(edition)
    }

    /// An id for one write.
    pub fn request_id(&self) -> String {
        format!("request-{}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    fn identities(&self) -> Result<IdentityServiceClient<tonic::transport::Channel>> {
        Ok(IdentityServiceClient::new(self.site.channel("intake")?))
    }

    fn signed(&self, person: Uuid, grant: Grant) -> Signed {
        self.site.token(person, &[grant], LIFE).unwrap()
    }

    /// The chair, signed in.
    pub fn chair(&self) -> Signed {
        self.signed(self.chair, Grant::new("chair", EDITION))
    }

    /// The team, signed in.
    pub fn applicant(&self) -> Signed {
        let member = Grant::everywhere("member").within(ORGANISATION);
        self.signed(self.applicant, member)
    }

    /// The screener, signed in.
    pub fn screener(&self) -> Signed {
        let screener = self.screener.expect("nobody screens");
        self.signed(screener, Grant::new("screener", EDITION))
    }

    /// A judge, signed in.
    pub fn judge(&self, person: Uuid) -> Signed {
        self.signed(person, Grant::new("judge", EDITION))
    }

    /// Offers an office by mail and accepts it with the secret of the mail. Notification must run.
    pub async fn grant(&mut self, subject: &str, office: Office) -> Result<Granted> {
        let email = format!("{subject}@contoh.test");
        let offer = intake::CreateInvitationRequest {
            membership: Some(intake::Membership {
                office: office.into(),
                edition: name(),
                email: email.clone(),
                ..Default::default()
            }),
            request_id: self.request_id(),
            ..Default::default()
        };
        let mut identities = self.identities()?;
        let offered = identities
            .create_invitation(self.chair().ask(offer))
            .await?;
        let membership = offered.into_inner().name;
        let token = until(&format!("the invitation to {subject}"), async || {
            let letters = self.site.stack.mailbox().letters_to(&email)?;
            Ok(letters.iter().find_map(|letter| link_token(&letter.text())))
        })
        .await?;
        let who = self.site.sign_in(subject, &[]).await?;
        let accept = intake::AcceptInvitationRequest {
            name: membership.clone(),
            token,
            request_id: self.request_id(),
        };
        identities.accept_invitation(who.ask(accept)).await?;
        match office {
            Office::Screener => self.screener = Some(who.person),
            Office::Judge => self.judges.push(who.person),
            _ => {}
        }
        Ok(Granted {
            person: who.person,
            membership,
        })
    }

    /// Takes an office away.
    pub async fn revoke(&self, granted: &Granted) -> Result<()> {
        let revoke = intake::RevokeMembershipRequest {
            name: granted.membership.clone(),
            request_id: self.request_id(),
        };
        let mut identities = self.identities()?;
        identities
            .revoke_membership(self.chair().ask(revoke))
            .await?;
        Ok(())
    }

    /// A complete draft of the team, ready to be submitted.
    pub async fn draft(&self, n: u32, region_code: &str) -> Result<intake::SubmitRequest> {
        let mut submissions = SubmissionServiceClient::new(self.site.channel("intake")?);
        let create = intake::CreateSubmissionRequest {
            parent: name(),
            submission: Some(intake::Submission {
                organisation: format!("organisations/{ORGANISATION}"),
                region_code: region_code.to_owned(),
                issue_id: "sampah".to_owned(),
                title: format!("Usulan contoh {n}"),
                ..Default::default()
            }),
            submission_id: submission(n).to_string(),
            request_id: self.request_id(),
        };
        let draft = submissions
            .create_submission(self.applicant().ask(create))
            .await?
            .into_inner();
        let tahap = Choices {
            choice_ids: vec!["rintisan".to_owned()],
        };
        let answers = [
            ("ringkasan", Kind::Text(format!("Ringkasan contoh {n}"))),
            ("dampak", Kind::Text(format!("Dampak contoh {n}"))),
            ("penerima-manfaat", Kind::Integer(120)),
            ("kebutuhan-dana", Kind::Rupiah(75_000_000)),
            ("tahap", Kind::Choices(tahap)),
        ];
        let update = intake::UpdateSubmissionRequest {
            name: draft.name,
            base_versions: answers
                .iter()
                .map(|(field, _)| ((*field).to_owned(), 0))
                .collect(),
            answers: answers
                .into_iter()
                .map(|(field, kind)| (field.to_owned(), Value { kind: Some(kind) }))
                .collect(),
            title: String::new(),
            request_id: self.request_id(),
        };
        let draft = submissions
            .update_submission(self.applicant().ask(update))
            .await?
            .into_inner();
        Ok(intake::SubmitRequest {
            name: draft.name,
            etag: draft.etag,
            request_id: self.request_id(),
        })
    }

    /// Submits a draft.
    pub async fn submit(&self, draft: &intake::SubmitRequest) -> Result<intake::Receipt, Status> {
        let channel = self.site.channel("intake").unwrap();
        let answer = SubmissionServiceClient::new(channel)
            .submit(self.applicant().ask(draft.clone()))
            .await?;
        Ok(answer.into_inner().receipt.expect("a receipt"))
    }

    /// Waits until intake has counted the first wave.
    pub async fn first_wave_closed(&self) -> Result<()> {
        until("the first wave to close", async || {
            let request = intake::ListWavesRequest { parent: name() };
            let mut editions = EditionServiceClient::new(self.site.channel("intake")?);
            let waves = editions.list_waves(request).await?.into_inner().waves;
            let first = waves.first().context("no wave")?;
            Ok((first.state() == intake::WaveState::Closed).then_some(()))
        })
        .await
    }
}

/// `editions/{edition}`.
pub fn name() -> String {
    format!("editions/{EDITION}")
}

/// `editions/{edition}/rounds/{round}`.
pub fn round(id: &str) -> String {
    format!("editions/{EDITION}/rounds/{id}")
}

/// The id of a draft.
pub fn submission(n: u32) -> Uuid {
    Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 + u128::from(n))
}

/// An answer, or `None` where it is only too early for it.
pub fn not_yet<T>(answer: Result<tonic::Response<T>, Status>, early: &[Code]) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if early.contains(&status.code()) => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// The example with a second wave that stays open, and with more rounds of fewer reviews.
fn definition() -> intake::EditionDefinition {
    let mut definition = example();
    let last = definition.waves.last_mut().unwrap();
    last.submissions.as_mut().unwrap().closes_at = Some(Deadline {
        at: Some(Timestamp {
            seconds: LAST_DEADLINE.unix_timestamp(),
            nanos: 0,
        }),
        whole_second: true,
    });
    let mut first = definition.rounds.remove(0);
    first.min_reviews = 2;
    first.approvals = 1;
    let month = time::Duration::days(30).whole_seconds();
    for (n, id) in (0_i64..).zip(ROUNDS) {
        let mut round = first.clone();
        round.round_id = id.to_owned();
        let scoring = round.scoring.as_mut().unwrap();
        scoring.opens_at.as_mut().unwrap().seconds += n * month;
        let closes_at = scoring.closes_at.as_mut().unwrap();
        closes_at.at.as_mut().unwrap().seconds += n * month;
        definition.rounds.push(round);
    }
    definition
}

/// The secret of an invitation's link.
fn link_token(text: &str) -> Option<String> {
    let (_, after) = text.split_once("token=")?;
    let token: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '%'))
        .collect();
    (!token.is_empty()).then_some(token)
}
