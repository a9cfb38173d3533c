//! What each event becomes, from the event to the relay's spool.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod support;

use pbjson_types::Timestamp;
use sqlx::PgPool;
use support::intake::EDITION;
use support::office::{Office, event};
use support::relay::Manners;
use uuid::Uuid;
use winner_messaging::{ReactionError, Reactions};
use winner_notification::reactions::intake::IntakeReactions;
use winner_notification::reactions::judging::JudgingReactions;
use winner_notification::reactions::matching::MatchingReactions;
use winner_proto::intake::v1 as intake;
use winner_proto::judging::v1 as judging;
use winner_proto::matching::v1 as matching;
use winner_proto::options::v1::Office as WireOffice;

const ID: &str = "01990000-0000-7000-8000-0000a1b2c3d4";
const OTHER: &str = "01990000-0000-7000-8000-0000a1b2c3d5";

const fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

fn submitted() -> intake::SubmissionSubmitted {
    intake::SubmissionSubmitted {
        edition_id: EDITION.to_owned(),
        submission_id: ID.to_owned(),
        version: 1,
        content_hash: "ab".repeat(32),
        arrive_time: Some(at(1_795_000_000)),
        ..Default::default()
    }
}

fn team_of_three(office: &Office) -> Vec<String> {
    let persons: Vec<String> = (0..3)
        .map(|_| office.ledger.ids().uuid().to_string())
        .collect();
    let mut knowledge = office.intake.knowledge.lock().unwrap();
    knowledge.recipients.insert(ID.to_owned(), persons.clone());
    knowledge
        .recipients
        .insert(OTHER.to_owned(), persons.clone());
    knowledge
        .recipients
        .insert(EDITION.to_owned(), persons.clone());
    persons
}

fn id(office: &Office) -> Uuid {
    office.ledger.ids().uuid()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_submission_is_confirmed_to_every_member_of_its_team(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let team = team_of_three(&office);
    // Nothing was heard of the edition yet: its rules are fetched with the first event of it.
    let reactions = IntakeReactions(office.announcer());
    office
        .hear(&reactions, &event(id(&office), ID, &submitted()))
        .await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let mails = office.relay.messages();
    assert_eq!(mails.len(), 3);
    for person in team {
        let to = format!("To: Ani <{person}@contoh.test>");
        assert!(mails.iter().any(|mail| mail.contains(&to)), "{to}");
    }
    assert!(mails[0].contains("Subject: [DATA CONTOH] Proposal A1B2-C3D4 telah kami terima"));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn no_address_name_or_secret_stays_in_the_database(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    team_of_three(&office);
    let invited = intake::MembershipInvited {
        membership_id: ID.to_owned(),
        office: WireOffice::Judge.into(),
        edition_id: EDITION.to_owned(),
        scope: String::new(),
        expire_time: Some(at(1_900_000_000)),
    };
    let reactions = IntakeReactions(office.announcer());
    office
        .hear(&reactions, &event(id(&office), ID, &submitted()))
        .await;
    office
        .hear(&reactions, &event(id(&office), ID, &invited))
        .await;
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    assert_eq!(office.relay.messages().len(), 4);
    let kept = sqlx::query_scalar!(
        r#"
        SELECT concat(
            (SELECT string_agg(m::text, ' ') FROM notification.messages AS m),
            (SELECT string_agg(a::text, ' ') FROM notification.message_attempts AS a),
            (SELECT string_agg(convert_from(payload, 'UTF8'), ' ') FROM notification.outbox)
        ) AS "kept!"
        "#
    )
    .fetch_one(&office.pool)
    .await
    .unwrap();
    assert!(
        kept.contains("submission_received") && kept.contains("messageId"),
        "{kept}"
    );
    for personal in ["@contoh.test", "Ani", "rahasia"] {
        assert!(!kept.contains(personal), "{personal} in {kept}");
    }
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_event_that_comes_twice_is_told_once(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    team_of_three(&office);
    let reactions = IntakeReactions(office.announcer());
    let event = event(id(&office), ID, &submitted());
    office.hear(&reactions, &event).await;
    office.hear(&reactions, &event).await;
    assert_eq!(office.states().await.get("queued"), Some(&3));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_invitation_goes_to_the_address_invited_with_its_secret(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let invited = intake::MembershipInvited {
        membership_id: ID.to_owned(),
        office: WireOffice::Member.into(),
        edition_id: String::new(),
        scope: OTHER.to_owned(),
        expire_time: Some(at(1_900_000_000)),
    };
    let reactions = IntakeReactions(office.announcer());
    office
        .hear(&reactions, &event(id(&office), ID, &invited))
        .await;
    let stored =
        sqlx::query_scalar!(r#"SELECT notice::text AS "notice!" FROM notification.messages"#)
            .fetch_one(&office.pool)
            .await
            .unwrap();
    assert!(
        !stored.contains("rahasia") && !stored.contains('@'),
        "{stored}"
    );
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let mail = office.relay.messages().remove(0).replace("=\r\n", "");
    assert!(mail.contains(&format!("To: {ID}@contoh.test")));
    assert!(mail.contains(&format!(
        "https://winner.test/invitations/{ID}#token=3Drahasia"
    )));
    assert!(mail.contains("DATA CONTOH"));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_invitation_that_ended_is_not_sent_any_more(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let invited = intake::MembershipInvited {
        membership_id: ID.to_owned(),
        office: WireOffice::Judge.into(),
        edition_id: EDITION.to_owned(),
        scope: String::new(),
        expire_time: Some(at(1_700_000_000)),
    };
    let reactions = IntakeReactions(office.announcer());
    office
        .hear(&reactions, &event(id(&office), ID, &invited))
        .await;
    let process = office.start();
    office.wait_for(&["expired"]).await;
    process.stop().await;
    assert!(office.relay.messages().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn every_announced_step_becomes_a_mail(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    team_of_three(&office);
    let (edition_id, round_id) = (EDITION.to_owned(), "seleksi-meja".to_owned());
    let (submission_id, challenge_id) = (ID.to_owned(), OTHER.to_owned());
    let from_intake = IntakeReactions(office.announcer());
    let from_matching = MatchingReactions(office.announcer());
    let from_judging = JudgingReactions(office.announcer());
    let applied = intake::EditionVersionApplied {
        edition_id: edition_id.clone(),
        version: 1,
        ..Default::default()
    };
    office
        .hear(&from_intake, &event(id(&office), EDITION, &applied))
        .await;
    let announced = intake::SubmissionOutcomeAnnounced {
        edition_id: edition_id.clone(),
        submission_id: submission_id.clone(),
        version: 1,
        outcome: intake::Outcome::Eligible.into(),
    };
    office
        .hear(&from_intake, &event(id(&office), ID, &announced))
        .await;
    let proposed = matching::MatchProposed {
        edition_id: edition_id.clone(),
        match_id: ID.to_owned(),
        submission_id: submission_id.clone(),
        challenge_id: challenge_id.clone(),
        score_micro: 1,
    };
    office
        .hear(&from_matching, &event(id(&office), ID, &proposed))
        .await;
    for state in [matching::MatchState::Accepted, matching::MatchState::Lapsed] {
        let answered = matching::MatchAnswered {
            edition_id: edition_id.clone(),
            match_id: ID.to_owned(),
            submission_id: submission_id.clone(),
            challenge_id: challenge_id.clone(),
            state: state.into(),
        };
        office
            .hear(&from_matching, &event(id(&office), ID, &answered))
            .await;
    }
    let replaced = matching::PanelJudgeReplaced {
        edition_id: edition_id.clone(),
        round_id: round_id.clone(),
        submission_id: submission_id.clone(),
        removed_person_id: ID.to_owned(),
        added_person_id: OTHER.to_owned(),
        ..Default::default()
    };
    office
        .hear(&from_matching, &event(id(&office), "panel", &replaced))
        .await;
    let short = matching::PanelShort {
        edition_id: edition_id.clone(),
        round_id: round_id.clone(),
        submission_id,
        ..Default::default()
    };
    office
        .hear(&from_matching, &event(id(&office), "panel", &short))
        .await;
    let opened = judging::RoundOpened {
        edition_id: edition_id.clone(),
        round_id: round_id.clone(),
        judge_person_ids: vec![ID.to_owned(), OTHER.to_owned()],
        scoring_closes_at: Some(at(1_900_000_000)),
        ..Default::default()
    };
    office
        .hear(&from_judging, &event(id(&office), "round", &opened))
        .await;
    let published = judging::ResultPublished {
        edition_id,
        round_id,
        objections_until: Some(at(1_900_000_000)),
        ..Default::default()
    };
    office
        .hear(&from_judging, &event(id(&office), "result", &published))
        .await;

    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let by_template = sqlx::query!(
        r#"SELECT template, count(*) AS "count!" FROM notification.messages GROUP BY template"#
    )
    .fetch_all(&office.pool)
    .await
    .unwrap();
    let mut counted: Vec<_> = by_template
        .into_iter()
        .map(|row| (row.template, row.count))
        .collect();
    counted.sort();
    let expected = [
        ("assignment_added", 1),
        ("match_answered", 3),
        ("match_proposed", 3),
        ("outcome_announced", 3),
        ("panel_short", 3),
        ("result_published", 3),
        ("round_opened", 2),
    ];
    assert_eq!(
        counted,
        expected.map(|(template, count)| (template.to_owned(), count))
    );
    assert_eq!(office.relay.messages().len(), 18);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_senseless_event_is_its_own_fault_and_a_missing_intake_is_not(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let reactions = IntakeReactions(office.announcer());
    let mut senseless = submitted();
    senseless.arrive_time = None;
    let refused = reactions
        .prepare(&event(id(&office), ID, &senseless))
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        ReactionError::Rejected {
            code: "senseless_event",
            ..
        }
    ));
    office.intake.knowledge.lock().unwrap().down = true;
    let missing = reactions
        .prepare(&event(id(&office), ID, &submitted()))
        .await
        .unwrap_err();
    assert!(
        matches!(missing, ReactionError::Unavailable { .. }),
        "{missing:?}"
    );
}
