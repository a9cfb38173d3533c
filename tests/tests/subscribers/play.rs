//! What a team does, for there to be events.

use std::time::Duration;

use uuid::Uuid;
use winner_platform::auth::Grant;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::intake::v1::{
    CreateEditionRequest, CreateOrganisationRequest, CreateSubmissionRequest, LegalForm,
    OpenEditionRequest, Organisation, Submission, SubmitRequest, UpdateSubmissionRequest,
    WithdrawSubmissionRequest,
};
use winner_proto::types::v1::{Choices, Deadline, Value, value::Kind};
use winner_tests::site::{Signed, Site, example, real_now};

const ORGANISATION: &str = "00000000-0000-4000-8000-000000000001";

/// An edition open for ten days more, and a team that belongs to an organisation.
pub(crate) async fn open_edition(site: &Site) -> Signed {
    let moment = |days: i64| {
        let at = real_now() + time::Duration::days(days);
        Some(pbjson_types::Timestamp {
            seconds: at.unix_timestamp(),
            nanos: 0,
        })
    };
    let mut definition = example();
    for wave in &mut definition.waves {
        for window in [&mut wave.challenges, &mut wave.submissions] {
            let window = window.as_mut().unwrap();
            window.opens_at = moment(-10);
            window.closes_at = Some(Deadline {
                at: moment(10),
                whole_second: false,
            });
        }
    }
    let name = format!("editions/{}", definition.edition_id);
    let channel = site.channel("intake").unwrap();
    let mut editions = EditionServiceClient::new(channel.clone());
    let chair = site.sign_in("ketua", &["winner-admin"]).await.unwrap();
    let create = CreateEditionRequest {
        definition: Some(definition),
        request_id: "create".to_owned(),
    };
    editions.create_edition(chair.ask(create)).await.unwrap();
    // Signed in again, with the chair's office.
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
    IdentityServiceClient::new(channel)
        .create_organisation(applicant.ask(request))
        .await
        .unwrap();
    let member = Grant::everywhere("member").within(ORGANISATION);
    site.token(applicant.person, &[member], Duration::from_secs(300))
        .unwrap()
}

pub(crate) fn submission(n: u128) -> Uuid {
    Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 + n)
}

fn name(n: u128) -> String {
    format!("editions/contoh-2026/submissions/{}", submission(n))
}

/// Drafts, completes and submits one proposal.
pub(crate) async fn submit(site: &Site, team: &Signed, n: u128) {
    let mut submissions = SubmissionServiceClient::new(site.channel("intake").unwrap());
    let create = CreateSubmissionRequest {
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
    submissions
        .create_submission(team.ask(create))
        .await
        .unwrap();
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
    let update = UpdateSubmissionRequest {
        name: name(n),
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
    let draft = submissions
        .update_submission(team.ask(update))
        .await
        .unwrap()
        .into_inner();
    let submit = SubmitRequest {
        name: draft.name,
        etag: draft.etag,
        request_id: format!("submit-{n}"),
    };
    submissions.submit(team.ask(submit)).await.unwrap();
}

pub(crate) async fn withdraw(site: &Site, team: &Signed, n: u128) {
    let request = WithdrawSubmissionRequest {
        name: name(n),
        request_id: format!("withdraw-{n}"),
    };
    SubmissionServiceClient::new(site.channel("intake").unwrap())
        .withdraw_submission(team.ask(request))
        .await
        .unwrap();
}
