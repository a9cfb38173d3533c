//! The rush before the deadline: whoever's complete request arrived in time is accepted, whatever the
//! database does meanwhile; whoever's did not is refused; and every count agrees afterwards.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    clippy::single_match_else,
    clippy::assigning_clones,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test holds the database still and looks into it"
)]

use std::time::Duration;

use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::task::JoinSet;
use tonic::transport::Channel;
use tonic::{Code, Status};
use uuid::Uuid;
use winner_platform::auth::Grant;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::intake::v1::{
    CreateEditionRequest, CreateOrganisationRequest, CreateSubmissionRequest, LegalForm,
    ListWavesRequest, OpenEditionRequest, Organisation, Receipt, Submission, SubmitRequest,
    UpdateSubmissionRequest, WaveState,
};
use winner_proto::types::v1::{Choices, Deadline, Value, value::Kind};
use winner_tests::site::{Signed, Site, example, real_now, until};

const SUBMITS: usize = 500;
/// The submits are spread over this time around the deadline.
const SPREAD: Duration = Duration::from_secs(5);
/// How long the database stands still, across the deadline.
const STALL: Duration = Duration::from_secs(2);
/// Who is this near to the deadline is judged by the receipt.
const NEAR: time::Duration = time::Duration::milliseconds(50);

struct Sent {
    request: SubmitRequest,
    /// Business time when the client began to send.
    at: OffsetDateTime,
    answer: Result<Receipt, Status>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_arrived_in_time_is_accepted_whatever_the_database_does() {
    let mut site = Site::new("deadline").await.unwrap();
    site.installation
        .fleet
        .set_environment("WINNER_INTAKE__SUBMIT__MAX_DURATION_MS", "20000");
    site.start("intake", 2).await.unwrap();
    site.start("matching", 1).await.unwrap();

    let deadline = (real_now() + time::Duration::hours(3))
        .replace_nanosecond(250_000_000)
        .unwrap();
    let applicant = open_edition(&site, deadline).await;
    let drafts = draft(&site, &applicant).await;

    // From here the deadline is six seconds away.
    let six = time::Duration::seconds(6);
    site.set_clock(deadline - six - time::Duration::milliseconds(2_500))
        .await
        .unwrap();
    let database = site.database().await.unwrap();
    let offset = offset(&database).await;
    let stall = tokio::spawn(stand_still(database.clone(), deadline - offset - STALL / 2));
    let sent = rush(&site, &applicant, drafts, deadline, offset).await;
    stall.await.unwrap();

    let (mut accepted, mut refused) = (0, 0);
    for one in &sent {
        match &one.answer {
            Ok(receipt) => {
                accepted += 1;
                let arrived = receipt.arrive_time.as_ref().unwrap();
                let arrived = OffsetDateTime::from_unix_timestamp(arrived.seconds).unwrap()
                    + time::Duration::nanoseconds(i64::from(arrived.nanos));
                assert!(
                    arrived <= deadline,
                    "accepted with arrival {arrived}, after {deadline}"
                );
                assert!(one.at <= deadline + NEAR, "sent {} and accepted", one.at);
            }
            Err(status) => {
                refused += 1;
                assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
                assert!(
                    one.at >= deadline - NEAR,
                    "sent {} before {deadline}: {status:?}",
                    one.at
                );
            }
        }
    }
    assert!(
        accepted > SUBMITS / 4 && refused > SUBMITS / 4,
        "{accepted} in time, {refused} late"
    );
    counts_agree(&site, &database, accepted).await;
    a_retry_returns_the_same_receipt(&site, &applicant, &sent).await;
}

/// An edition whose one wave ends at `deadline`, and an applicant who belongs to an organisation.
async fn open_edition(site: &Site, deadline: OffsetDateTime) -> Signed {
    let moment = |at: OffsetDateTime| pbjson_types::Timestamp {
        seconds: at.unix_timestamp(),
        nanos: at.nanosecond().cast_signed(),
    };
    let mut definition = example();
    let before = moment(deadline - time::Duration::days(10));
    for wave in &mut definition.waves {
        let closes_at = Some(Deadline {
            at: Some(moment(deadline)),
            whole_second: false,
        });
        for window in [&mut wave.challenges, &mut wave.submissions] {
            let window = window.as_mut().unwrap();
            window.opens_at = Some(before);
            window.closes_at.clone_from(&closes_at);
        }
    }
    let chair = site.sign_in("ketua", &["winner-admin"]).await.unwrap();
    let mut editions = EditionServiceClient::new(site.channel("intake").unwrap());
    let name = format!("editions/{}", definition.edition_id);
    let create = CreateEditionRequest {
        definition: Some(definition),
        request_id: "create".to_owned(),
    };
    editions.create_edition(chair.ask(create)).await.unwrap();
    let chair = site.sign_in("ketua", &["winner-admin"]).await.unwrap();
    let open = OpenEditionRequest {
        name,
        request_id: "open".to_owned(),
    };
    editions.open_edition(chair.ask(open)).await.unwrap();

    let applicant = site.sign_in("tim", &[]).await.unwrap();
    let request = CreateOrganisationRequest {
        organisation: Some(Organisation {
            display_name: "Organisasi Contoh".to_owned(),
            legal_form: LegalForm::NotIncorporated.into(),
            region_code: "36.73".to_owned(),
            ..Default::default()
        }),
        organisation_id: ORGANISATION.to_owned(),
        request_id: "organisation".to_owned(),
    };
    let mut identities = IdentityServiceClient::new(site.channel("intake").unwrap());
    identities
        .create_organisation(applicant.ask(request))
        .await
        .unwrap();
    let member = Grant::everywhere("member").within(ORGANISATION);
    site.token(applicant.person, &[member], Duration::from_mins(5))
        .unwrap()
}

const ORGANISATION: &str = "00000000-0000-4000-8000-000000000001";

/// Complete drafts, ready to be submitted.
async fn draft(site: &Site, applicant: &Signed) -> Vec<SubmitRequest> {
    let channel = site.channel("intake").unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..SUBMITS {
        let (channel, applicant) = (channel.clone(), applicant.clone());
        tasks.spawn(async move { draft_one(channel, &applicant, n).await });
        while tasks.len() >= 16 {
            tasks.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    (0..SUBMITS)
        .map(|n| SubmitRequest {
            name: format!("editions/contoh-2026/submissions/{}", submission(n)),
            etag: String::new(),
            request_id: format!("submit-{n}"),
        })
        .collect()
}

fn submission(n: usize) -> Uuid {
    Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 + n as u128)
}

async fn draft_one(channel: Channel, applicant: &Signed, n: usize) {
    let mut submissions = SubmissionServiceClient::new(channel);
    let request = CreateSubmissionRequest {
        parent: "editions/contoh-2026".to_owned(),
        submission: Some(Submission {
            organisation: format!("organisations/{ORGANISATION}"),
            region_code: "36.73".to_owned(),
            issue_id: "sampah".to_owned(),
            title: format!("Usulan contoh {n}"),
            ..Default::default()
        }),
        submission_id: submission(n).to_string(),
        request_id: format!("draft-{n}"),
    };
    let draft = submissions
        .create_submission(applicant.ask(request))
        .await
        .unwrap()
        .into_inner();
    let choice = Choices {
        choice_ids: vec!["rintisan".to_owned()],
    };
    let answers = [
        ("ringkasan", Kind::Text("Ringkasan contoh".to_owned())),
        ("dampak", Kind::Text("Dampak contoh".to_owned())),
        ("penerima-manfaat", Kind::Integer(120)),
        ("kebutuhan-dana", Kind::Rupiah(75_000_000)),
        ("tahap", Kind::Choices(choice)),
    ];
    let request = UpdateSubmissionRequest {
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
        request_id: format!("answers-{n}"),
    };
    submissions
        .update_submission(applicant.ask(request))
        .await
        .unwrap();
}

/// What business time is ahead of real time.
async fn offset(database: &PgPool) -> time::Duration {
    winner_platform::clock::read_offset(database).await.unwrap()
}

/// Nobody can write a submission for two seconds from `from` (real time) on.
async fn stand_still(database: PgPool, from: OffsetDateTime) {
    let wait = Duration::try_from(from - real_now()).unwrap_or_default();
    tokio::time::sleep(wait).await;
    let mut tx = database.begin().await.unwrap();
    sqlx::raw_sql("lock table intake.submissions in access exclusive mode")
        .execute(&mut *tx)
        .await
        .unwrap();
    tokio::time::sleep(STALL).await;
    tx.rollback().await.unwrap();
}

/// Sends every submit at its moment, to the two copies in turn, whether or not earlier ones were answered.
async fn rush(
    site: &Site,
    applicant: &Signed,
    drafts: Vec<SubmitRequest>,
    deadline: OffsetDateTime,
    offset: time::Duration,
) -> Vec<Sent> {
    let channels = [
        site.copy("intake", 1).unwrap(),
        site.copy("intake", 2).unwrap(),
    ];
    let begin = deadline - SPREAD / 2;
    let mut tasks = JoinSet::new();
    for (n, mut request) in drafts.into_iter().enumerate() {
        let mut submissions = SubmissionServiceClient::new(channels[n % 2].clone());
        let applicant = applicant.clone();
        let share =
            f64::from(u32::try_from(n).unwrap()) / f64::from(u32::try_from(SUBMITS).unwrap());
        let at = begin + SPREAD.mul_f64(share);
        tasks.spawn(async move {
            // What is sealed is what was seen: every draft has been changed once.
            let seen = winner_proto::intake::v1::GetSubmissionRequest {
                name: request.name.clone(),
            };
            request.etag = submissions
                .get_submission(applicant.ask(seen))
                .await
                .unwrap()
                .into_inner()
                .etag;
            let wait = at - offset - real_now();
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
            let at = real_now() + offset;
            let answer = submissions.submit(applicant.ask(request.clone())).await;
            let answer = answer.map(|answer| answer.into_inner().receipt.unwrap());
            Sent {
                request,
                at,
                answer,
            }
        });
    }
    tasks.join_all().await
}

/// Intake counts what the clients got receipts for, and matching's copy holds the same.
async fn counts_agree(site: &Site, database: &PgPool, accepted: usize) {
    let mut editions = EditionServiceClient::new(site.channel("intake").unwrap());
    let counted = until("the waves to close", async || {
        let request = ListWavesRequest {
            parent: "editions/contoh-2026".to_owned(),
        };
        let waves = editions.list_waves(request).await?.into_inner().waves;
        let closed = waves.iter().all(|wave| wave.state() == WaveState::Closed);
        Ok(closed.then(|| waves.iter().map(|wave| wave.accepted_count).sum::<i32>()))
    })
    .await
    .unwrap();
    assert_eq!(
        usize::try_from(counted).unwrap(),
        accepted,
        "intake's count"
    );
    let copied = until("matching to hear of the closed waves", async || {
        let waves: i64 = sqlx::query_scalar("select count(*) from matching.waves")
            .fetch_one(database)
            .await?;
        let copies: i64 = sqlx::query_scalar("select count(*) from matching.submissions")
            .fetch_one(database)
            .await?;
        Ok((waves == 2).then_some(copies))
    })
    .await
    .unwrap();
    assert_eq!(
        usize::try_from(copied).unwrap(),
        accepted,
        "matching's copies"
    );
}

async fn a_retry_returns_the_same_receipt(site: &Site, applicant: &Signed, sent: &[Sent]) {
    let first = sent
        .iter()
        .find_map(|one| Some((&one.request, one.answer.as_ref().ok()?)));
    let (request, receipt) = first.expect("nothing was accepted");
    let mut submissions = SubmissionServiceClient::new(site.channel("intake").unwrap());
    let again = submissions
        .submit(applicant.ask(request.clone()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again.receipt.as_ref(), Some(receipt));
}
