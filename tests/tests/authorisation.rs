//! Who may call what: every RPC, by every kind of caller, in their own edition and in another one, with a
//! token that is good and with one that has ended. The table below is the rule; the services are asked.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    clippy::single_match_else,
    clippy::assigning_clones,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test puts rows where it needs them"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use tonic::Code;
use uuid::Uuid;
use winner_platform::auth::Grant;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::judging::v1 as judging;
use winner_proto::matching::v1 as matching;
use winner_proto::notification::v1 as notification;
use winner_proto::policy::{Audience, MethodPolicy, POLICIES};
use winner_tests::raw::call;
use winner_tests::site::{Signed, Site, example};

const EDITION: &str = "editions/contoh-2026";
const ROUND: &str = "editions/contoh-2026/rounds/seleksi-meja";
const NOBODY: &str = "00000000-0000-4000-8000-0000000000ff";
const ORGANISATION: &str = "00000000-0000-4000-8000-000000000001";
const REGION: &str = "73.71";
const SERVICES: [&str; 4] = ["intake", "matching", "judging", "notification"];
const OFFICES: [&str; 9] = [
    "platform_admin",
    "chair",
    "organiser",
    "screener",
    "auditor",
    "official",
    "member",
    "judge",
    "mentor",
];

/// Who may, beside the services: the office codes, per RPC. An office that is missing is refused.
fn may(path: &str) -> &'static [&'static str] {
    match path.trim_start_matches("/winner.") {
        "intake.v1.EditionService/CreateEdition" => &["platform_admin"],
        "intake.v1.EditionService/ApplyEditionVersion"
        | "intake.v1.EditionService/OpenEdition"
        | "intake.v1.ScreeningService/AnnounceOutcomes"
        | "matching.v1.MatchService/ProposeMatches"
        | "matching.v1.PanelService/ConfirmPanel"
        | "matching.v1.PanelService/PlanPanel"
        | "judging.v1.RoundService/CreateRound"
        | "judging.v1.RoundService/OpenRound"
        | "judging.v1.RoundService/CloseRound"
        | "judging.v1.ResultService/ComputeRanking"
        | "judging.v1.ResultService/ApproveRanking"
        | "judging.v1.ResultService/PublishResult"
        | "notification.v1.MessageService/ResolveMessage"
        | "notification.v1.MessageService/ResendMessage"
        | "notification.v1.MessageService/CancelMessage"
        | "notification.v1.MessageService/StopMessages"
        | "notification.v1.WebhookService/CreateEndpoint"
        | "notification.v1.WebhookService/UpdateEndpoint"
        | "notification.v1.WebhookService/RotateEndpointSecret"
        | "notification.v1.WebhookService/DeleteEndpoint"
        | "notification.v1.WebhookService/TestEndpoint"
        | "notification.v1.WebhookService/ReplayDeliveries" => &["chair", "organiser"],
        "intake.v1.EditionService/GetEditionVersion"
        | "intake.v1.IdentityService/ListMemberships"
        | "matching.v1.JudgeService/ListConflicts"
        | "matching.v1.PanelService/GetPanel"
        | "judging.v1.ResultService/GetRanking"
        | "notification.v1.MessageService/GetMessage"
        | "notification.v1.MessageService/ListMessages"
        | "notification.v1.MessageService/ListUnreached"
        | "notification.v1.WebhookService/GetEndpoint"
        | "notification.v1.WebhookService/ListEndpoints"
        | "notification.v1.WebhookService/ListDeliveries" => &["chair", "organiser", "auditor"],
        "intake.v1.IdentityService/CreateInvitation" => {
            &["platform_admin", "chair", "organiser", "member"]
        }
        "intake.v1.IdentityService/RevokeMembership" => &["platform_admin", "chair", "member"],
        "intake.v1.ChallengeService/CreateChallenge"
        | "intake.v1.ChallengeService/UpdateChallenge"
        | "intake.v1.ChallengeService/PublishChallenge"
        | "matching.v1.MatchService/AnswerMatch" => &["official"],
        "intake.v1.SubmissionService/CreateSubmission"
        | "intake.v1.SubmissionService/UpdateSubmission"
        | "intake.v1.SubmissionService/Submit"
        | "intake.v1.SubmissionService/WithdrawSubmission" => &["member"],
        "intake.v1.SubmissionService/GetSubmission"
        | "intake.v1.SubmissionService/ListSubmissions" => {
            &["member", "chair", "organiser", "screener", "auditor"]
        }
        "intake.v1.ScreeningService/RecordScreening" => &["screener"],
        "intake.v1.ScreeningService/ListScreenings" => {
            &["screener", "organiser", "chair", "auditor"]
        }
        "matching.v1.MatchService/ListMatches" => &["official", "chair", "organiser", "auditor"],
        "matching.v1.JudgeService/GetJudge"
        | "matching.v1.JudgeService/UpdateJudge"
        | "matching.v1.JudgeService/DeclareConflict" => &["judge", "chair", "organiser"],
        "judging.v1.RoundService/GetRound" => &["chair", "organiser", "auditor", "judge"],
        "judging.v1.ScoringService/ListAssignments"
        | "judging.v1.ScoringService/AcceptAssignment"
        | "judging.v1.ScoringService/GetEntry"
        | "judging.v1.ScoringService/SubmitScorecard"
        | "judging.v1.ScoringService/Recuse" => &["judge"],
        _ => &[],
    }
}

/// RPCs that answer a stranger of the right office as if there were nothing: that something exists is
/// itself none of their business.
const HIDING: [&str; 8] = [
    "/winner.intake.v1.ChallengeService/UpdateChallenge",
    "/winner.intake.v1.ChallengeService/PublishChallenge",
    "/winner.intake.v1.SubmissionService/GetSubmission",
    "/winner.matching.v1.MatchService/AnswerMatch",
    "/winner.notification.v1.MessageService/GetMessage",
    "/winner.notification.v1.MessageService/ResolveMessage",
    "/winner.notification.v1.MessageService/ResendMessage",
    "/winner.notification.v1.MessageService/CancelMessage",
];

/// Offices that are not bound to an edition: what they may is decided by what they belong to.
const WITHOUT_EDITION: [&str; 2] = ["platform_admin", "member"];

#[tokio::test(flavor = "multi_thread")]
async fn the_authorisation_table_holds() {
    let mut site = Site::quick("authorisation").await.unwrap();
    for service in SERVICES {
        site.start(service, 1).await.unwrap();
    }
    let chair = site.sign_in("ketua", &["winner-admin"]).await.unwrap();
    let create = intake::CreateEditionRequest {
        definition: Some(example()),
        request_id: "create".to_owned(),
    };
    let mut editions = EditionServiceClient::new(site.channel("intake").unwrap());
    editions.create_edition(chair.ask(create)).await.unwrap();

    // Intake owns offices and asks its own table, so that a revoked office ends at once; the others
    // believe the token. These people are in both.
    let own = callers(&site, 0x9000, "contoh-2026", Duration::from_mins(5)).await;
    let foreign = callers(&site, 0xa000, "lain-2026", Duration::from_mins(5)).await;
    let ended = callers(&site, 0x9000, "contoh-2026", Duration::from_secs(1)).await;
    let services: BTreeMap<_, _> = SERVICES
        .into_iter()
        .flat_map(|from| SERVICES.into_iter().map(move |to| (from, to)))
        .map(|(from, to)| ((from, to), site.service_token(from, to).unwrap()))
        .collect();
    // A token ends with its second, plus the few that clocks may differ.
    tokio::time::sleep(Duration::from_secs(8)).await;

    let mut wrong = Vec::new();
    let mut asked = 0;
    for policy in POLICIES.iter().filter(|p| p.audience != Audience::Public) {
        let service = match policy.path.split('.').nth(1).unwrap() {
            // Every service has a log of events; one of them is asked.
            "events" => "intake",
            own => own,
        };
        let mut see = async |who: String,
                             caller: Option<&Signed>,
                             right: fn(&Seen) -> bool,
                             office: &'static str| {
            asked += 1;
            let code = ask(&site, service, policy, caller, asked).await;
            let seen = Seen {
                policy,
                office,
                code,
            };
            if !right(&seen) {
                wrong.push(format!("{} by {who}: {code:?}", policy.path));
            }
        };
        see(
            "nobody".to_owned(),
            None,
            |s| s.code == Code::Unauthenticated,
            "",
        )
        .await;
        for office in OFFICES {
            let ended = Some(&ended[office]);
            see(
                format!("an ended {office}"),
                ended,
                |s| s.code == Code::Unauthenticated,
                office,
            )
            .await;
            let own = Some(&own[office]);
            see(
                format!("{office} of the edition"),
                own,
                Seen::right_at_home,
                office,
            )
            .await;
            let foreign = Some(&foreign[office]);
            see(
                format!("{office} of another edition"),
                foreign,
                Seen::right_abroad,
                office,
            )
            .await;
        }
        for from in SERVICES {
            let token = Some(&services[&(from, service)]);
            see(
                format!("service {from}"),
                token,
                Seen::right_for_service,
                from,
            )
            .await;
        }
    }
    assert!(asked > 1_000, "only {asked} calls");
    assert!(
        wrong.is_empty(),
        "{} of {asked} calls:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

struct Seen {
    policy: &'static MethodPolicy,
    office: &'static str,
    code: Code,
}

impl Seen {
    fn refused(&self) -> bool {
        matches!(self.code, Code::Unauthenticated | Code::PermissionDenied)
    }

    /// In their own edition: whoever may is not refused (what they ask for need not exist), whoever may
    /// not is.
    fn right_at_home(&self) -> bool {
        match self.policy.audience {
            Audience::SignedIn => self.code != Code::Unauthenticated,
            _ if may(self.policy.path).contains(&self.office) => !self.refused() || self.related(),
            _ => self.code == Code::PermissionDenied,
        }
    }

    /// Some need more than an office: a judge may change only themselves, a member belongs to a body.
    fn related(&self) -> bool {
        let path = self.policy.path;
        self.code == Code::PermissionDenied
            && (self.office == "member"
                || (self.office == "judge" && path.contains("JudgeService"))
                || path.ends_with("/CreateInvitation")
                || path.ends_with("/RevokeMembership"))
    }

    fn right_abroad(&self) -> bool {
        if WITHOUT_EDITION.contains(&self.office) || self.policy.audience == Audience::SignedIn {
            return self.right_at_home();
        }
        self.code == Code::PermissionDenied
            || (self.code == Code::NotFound && HIDING.contains(&self.policy.path))
            // Whoever holds nothing in the edition is shown what their own organisations submitted.
            || (self.policy.path.ends_with("/ListSubmissions") && self.code == Code::Ok)
            || (self.policy.path.ends_with("/RevokeMembership") && self.code == Code::NotFound)
    }

    fn right_for_service(&self) -> bool {
        if self.policy.services.contains(&self.office) {
            return !self.refused();
        }
        self.code == Code::PermissionDenied
    }
}

/// One person per office, known to intake as they are in their token.
async fn callers(
    site: &Site,
    first: u128,
    edition: &str,
    life: Duration,
) -> BTreeMap<&'static str, Signed> {
    let database = site.database().await.unwrap();
    let mut callers = BTreeMap::new();
    for (n, office) in OFFICES.into_iter().enumerate() {
        let (grant, scope) = match office {
            "platform_admin" => (Grant::everywhere(office), None),
            "member" => (
                Grant::everywhere(office).within(ORGANISATION),
                Some(ORGANISATION),
            ),
            "official" => (Grant::new(office, edition).within(REGION), Some(REGION)),
            _ => (Grant::new(office, edition), None),
        };
        let person = Uuid::from_u128(first + n as u128);
        sqlx::query("insert into intake.persons (person_id, created_at) values ($1, now()) on conflict do nothing")
            .bind(person)
            .execute(&database)
            .await
            .unwrap();
        if office != "platform_admin" {
            sqlx::query(
                "insert into intake.memberships
                        (membership_id, office, edition_id, scope, person_id, state, created_at, granted_at)
                 values (gen_random_uuid(), $1, $2, $3, $4, 'granted', now(), now())
                 on conflict do nothing",
            )
            .bind(office)
            .bind((office != "member").then_some(edition))
            .bind(scope)
            .bind(person)
            .execute(&database)
            .await
            .unwrap();
        }
        callers.insert(office, site.token(person, &[grant], life).unwrap());
    }
    callers
}

async fn ask(
    site: &Site,
    service: &str,
    policy: &MethodPolicy,
    caller: Option<&Signed>,
    number: usize,
) -> Code {
    let body = Bytes::from(message(policy.path, &format!("r{number}")));
    let request = match caller {
        Some(caller) => caller.ask(body),
        None => tonic::Request::new(body),
    };
    match call(site.channel(service).unwrap(), policy.path, request).await {
        Ok(()) => Code::Ok,
        Err(status) => status.code(),
    }
}

/// A request that names the edition, so that being there is no excuse.
fn message(path: &str, request_id: &str) -> Vec<u8> {
    let request_id = request_id.to_owned();
    let edition = EDITION.to_owned();
    let round = ROUND.to_owned();
    let below = |collection: &str| format!("{EDITION}/{collection}/{NOBODY}");
    match path.trim_start_matches("/winner.") {
        "intake.v1.EditionService/CreateEdition" => {
            let definition = Some(intake::EditionDefinition {
                edition_id: "lain-2026".to_owned(),
                ..example()
            });
            intake::CreateEditionRequest {
                definition,
                request_id,
            }
            .encode_to_vec()
        }
        "intake.v1.EditionService/ApplyEditionVersion" => intake::ApplyEditionVersionRequest {
            name: edition,
            definition: Some(example()),
            etag: "1".to_owned(),
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.EditionService/OpenEdition" => intake::OpenEditionRequest {
            name: edition,
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.EditionService/GetEditionVersion" => intake::GetEditionVersionRequest {
            name: format!("{EDITION}/versions/1"),
        }
        .encode_to_vec(),
        "intake.v1.IdentityService/GetPerson" => intake::GetPersonRequest {
            name: "persons/me".to_owned(),
        }
        .encode_to_vec(),
        "intake.v1.IdentityService/CreateInvitation" => intake::CreateInvitationRequest {
            membership: Some(intake::Membership {
                office: winner_proto::options::v1::Office::Judge.into(),
                edition,
                email: "seseorang@contoh.test".to_owned(),
                ..Default::default()
            }),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.IdentityService/RevokeMembership" => {
            let name = format!("memberships/{NOBODY}");
            intake::RevokeMembershipRequest { name, request_id }.encode_to_vec()
        }
        "intake.v1.IdentityService/ListMemberships" => intake::ListMembershipsRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.ChallengeService/CreateChallenge" => intake::CreateChallengeRequest {
            parent: edition,
            challenge: Some(intake::Challenge {
                region_code: "73.71".to_owned(),
                issue_id: "stunting".to_owned(),
                capacity: 1,
                ..Default::default()
            }),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.ChallengeService/UpdateChallenge" => intake::UpdateChallengeRequest {
            challenge: Some(intake::Challenge {
                name: below("challenges"),
                capacity: 2,
                etag: "1".to_owned(),
                ..Default::default()
            }),
            update_mask: Some(pbjson_types::FieldMask {
                paths: vec!["capacity".to_owned()],
            }),
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.ChallengeService/PublishChallenge" => intake::PublishChallengeRequest {
            name: below("challenges"),
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.SubmissionService/CreateSubmission" => intake::CreateSubmissionRequest {
            parent: edition,
            submission: Some(intake::Submission {
                organisation: format!("organisations/{ORGANISATION}"),
                region_code: "73.71".to_owned(),
                issue_id: "stunting".to_owned(),
                title: "Contoh".to_owned(),
                ..Default::default()
            }),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.SubmissionService/UpdateSubmission" => intake::UpdateSubmissionRequest {
            name: below("submissions"),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.SubmissionService/Submit" => {
            let etag = "1".to_owned();
            intake::SubmitRequest {
                name: below("submissions"),
                etag,
                request_id,
            }
            .encode_to_vec()
        }
        "intake.v1.SubmissionService/WithdrawSubmission" => intake::WithdrawSubmissionRequest {
            name: below("submissions"),
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.SubmissionService/GetSubmission" => intake::GetSubmissionRequest {
            name: below("submissions"),
        }
        .encode_to_vec(),
        "intake.v1.SubmissionService/ListSubmissions" => intake::ListSubmissionsRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.ScreeningService/RecordScreening" => intake::RecordScreeningRequest {
            screening: Some(intake::Screening {
                name: format!("{}/screening", below("submissions")),
                submission_version: 1,
                verdict: intake::ScreeningVerdict::Eligible.into(),
                ..Default::default()
            }),
            request_id,
        }
        .encode_to_vec(),
        "intake.v1.ScreeningService/ListScreenings" => intake::ListScreeningsRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "intake.v1.ScreeningService/AnnounceOutcomes" => {
            let wave = format!("{EDITION}/waves/gelombang-1");
            intake::AnnounceOutcomesRequest { wave, request_id }.encode_to_vec()
        }
        "matching.v1.JudgeService/GetJudge" => matching::GetJudgeRequest {
            name: below("judges"),
        }
        .encode_to_vec(),
        "matching.v1.JudgeService/UpdateJudge" => matching::UpdateJudgeRequest {
            judge: Some(matching::Judge {
                name: below("judges"),
                ..Default::default()
            }),
            request_id,
        }
        .encode_to_vec(),
        "matching.v1.JudgeService/DeclareConflict" => matching::DeclareConflictRequest {
            parent: edition,
            conflict: Some(matching::Conflict {
                judge_person_id: NOBODY.to_owned(),
                subject: Some(matching::conflict::Subject::OrganisationId(
                    NOBODY.to_owned(),
                )),
                ..Default::default()
            }),
            request_id,
        }
        .encode_to_vec(),
        "matching.v1.JudgeService/ListConflicts" => matching::ListConflictsRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "matching.v1.MatchService/ProposeMatches" => matching::ProposeMatchesRequest {
            parent: edition,
            request_id,
        }
        .encode_to_vec(),
        "matching.v1.MatchService/ListMatches" => matching::ListMatchesRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "matching.v1.MatchService/AnswerMatch" => {
            let name = below("matches");
            matching::AnswerMatchRequest {
                name,
                accept: true,
                request_id,
            }
            .encode_to_vec()
        }
        "matching.v1.PanelService/PlanPanel" => matching::PlanPanelRequest {
            round,
            seed: 1,
            request_id,
        }
        .encode_to_vec(),
        "matching.v1.PanelService/ConfirmPanel" => matching::ConfirmPanelRequest {
            name: format!("{ROUND}/panel"),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "matching.v1.PanelService/GetPanel" => matching::GetPanelRequest {
            name: format!("{ROUND}/panel"),
        }
        .encode_to_vec(),
        "judging.v1.RoundService/CreateRound" => judging::CreateRoundRequest {
            parent: edition,
            round_id: "lain".to_owned(),
            seed: 1,
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.RoundService/GetRound" => {
            judging::GetRoundRequest { name: round }.encode_to_vec()
        }
        "judging.v1.RoundService/OpenRound" => judging::OpenRoundRequest {
            name: round,
            manifest_hash: "none".to_owned(),
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.RoundService/CloseRound" => judging::CloseRoundRequest {
            name: round,
            accept_missing: false,
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.ScoringService/ListAssignments" => judging::ListAssignmentsRequest {
            parent: round,
            ..Default::default()
        }
        .encode_to_vec(),
        "judging.v1.ScoringService/AcceptAssignment" => {
            let name = format!("{ROUND}/entries/{NOBODY}");
            judging::AcceptAssignmentRequest { name, request_id }.encode_to_vec()
        }
        "judging.v1.ScoringService/GetEntry" => judging::GetEntryRequest {
            name: format!("{ROUND}/entries/{NOBODY}"),
        }
        .encode_to_vec(),
        "judging.v1.ScoringService/SubmitScorecard" => judging::SubmitScorecardRequest {
            scorecard: Some(judging::Scorecard {
                name: format!("{ROUND}/entries/{NOBODY}/scorecard"),
                ..Default::default()
            }),
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.ScoringService/Recuse" => judging::RecuseRequest {
            name: format!("{ROUND}/entries/{NOBODY}"),
            reason: String::new(),
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.ResultService/ComputeRanking" => {
            judging::ComputeRankingRequest { round, request_id }.encode_to_vec()
        }
        "judging.v1.ResultService/GetRanking" => judging::GetRankingRequest {
            name: format!("{ROUND}/rankings/1"),
        }
        .encode_to_vec(),
        "judging.v1.ResultService/ApproveRanking" => judging::ApproveRankingRequest {
            name: format!("{ROUND}/rankings/1"),
            ranking_hash: "none".to_owned(),
            request_id,
        }
        .encode_to_vec(),
        "judging.v1.ResultService/PublishResult" => {
            let ranking = format!("{ROUND}/rankings/1");
            judging::PublishResultRequest {
                ranking,
                request_id,
            }
            .encode_to_vec()
        }
        "notification.v1.MessageService/ListMessages" => notification::ListMessagesRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        "notification.v1.MessageService/GetMessage" => notification::GetMessageRequest {
            name: below("messages"),
        }
        .encode_to_vec(),
        "notification.v1.MessageService/ResolveMessage" => notification::ResolveMessageRequest {
            name: below("messages"),
            resolution: notification::Resolution::Sent.into(),
            request_id,
        }
        .encode_to_vec(),
        "notification.v1.WebhookService/CreateEndpoint" => notification::CreateEndpointRequest {
            parent: edition,
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "notification.v1.MessageService/ResendMessage" => notification::ResendMessageRequest {
            name: below("messages"),
            request_id,
        }
        .encode_to_vec(),
        "notification.v1.MessageService/CancelMessage" => notification::CancelMessageRequest {
            name: below("messages"),
            request_id,
        }
        .encode_to_vec(),
        "notification.v1.MessageService/StopMessages" => notification::StopMessagesRequest {
            parent: edition,
            event_id: NOBODY.to_owned(),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "notification.v1.WebhookService/UpdateEndpoint" => notification::UpdateEndpointRequest {
            endpoint: Some(notification::Endpoint {
                name: below("webhooks"),
                ..Default::default()
            }),
            request_id,
            ..Default::default()
        }
        .encode_to_vec(),
        "notification.v1.WebhookService/ListEndpoints"
        | "notification.v1.WebhookService/ListDeliveries" => notification::ListDeliveriesRequest {
            parent: if path.ends_with("/ListEndpoints") {
                edition
            } else {
                below("webhooks")
            },
            ..Default::default()
        }
        .encode_to_vec(),
        // The others begin with the endpoint's name, too.
        one if one.starts_with("notification.v1.WebhookService/") => {
            notification::GetEndpointRequest {
                name: below("webhooks"),
            }
            .encode_to_vec()
        }
        "notification.v1.MessageService/ListUnreached" => notification::ListUnreachedRequest {
            parent: edition,
            ..Default::default()
        }
        .encode_to_vec(),
        // The rest is for services and for whoever is signed in; an empty message will do.
        _ => Vec::new(),
    }
}
