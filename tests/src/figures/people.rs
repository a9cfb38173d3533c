//! Teams save drafts and judges read their queues, in an edition of 5,000 submissions with five
//! reviews each by 500 judges. Submissions and assignments are seeded by SQL.

use std::path::Path;
use std::time::Duration;

use crate::edition::EDITION;
use crate::site::until;
use anyhow::{Result, ensure};
use uuid::Uuid;
use winner_platform::auth::Grant;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::judging::v1 as judging;
use winner_proto::judging::v1::scoring_service_client::ScoringServiceClient;
use winner_proto::types::v1::{Value, value::Kind};

use crate::figures::load::{Latencies, at_rate};
use crate::figures::rig::{Rig, Size};
use crate::figures::row;

const ROUND: &str = "seleksi-meja";
const SUBMISSIONS: u64 = 5_000;
const REVIEWS: u64 = 5;
const JUDGES: u64 = 500;
const RATE: f64 = 100.0;
const CONNECTIONS: u64 = 16;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let mut rig = Rig::start(program, "bench_people").await?;
    rig.edition.site.start("judging", 1).await?;
    let first = rig.drafts(SUBMISSIONS).await?;
    seed_assignments(&rig).await?;
    let time = Duration::from_secs(size.of(20, 1));
    let saving = save_drafts(&rig, first, time).await?;
    let reading = read_queues(&rig, time).await?;
    Ok(vec![
        row("save draft, 100/s, 5,000 drafts", &saving.to_string()),
        row(
            "judge's queue, 100/s, 500 judges × 50 assignments",
            &reading.to_string(),
        ),
    ])
}

/// Each save is the next of its draft.
async fn save_drafts(rig: &Rig, first: u64, time: Duration) -> Result<Latencies> {
    let clients: Vec<_> = rig
        .channels("intake", 1, CONNECTIONS)?
        .into_iter()
        .map(SubmissionServiceClient::new)
        .collect();
    let text = "DATA CONTOH. ".repeat(100);
    let save = |n| {
        let draft = first + n % SUBMISSIONS;
        let value = Value {
            kind: Some(Kind::Text(text.clone())),
        };
        let saves_before = i64::try_from(n / SUBMISSIONS).unwrap_or_default();
        let request = rig.session(draft).ask(intake::UpdateSubmissionRequest {
            name: rig.name(draft),
            title: format!("DATA CONTOH: simpan {n}"),
            answers: [("ringkasan".to_owned(), value)].into(),
            base_versions: [("ringkasan".to_owned(), 1 + saves_before)].into(),
            request_id: format!("simpan-{n}"),
        });
        let mut client = clients[usize::try_from(n % CONNECTIONS).unwrap_or_default()].clone();
        async move {
            client.update_submission(request).await?;
            Ok(())
        }
    };
    at_rate(RATE, |_, elapsed| elapsed >= time, save).await
}

async fn read_queues(rig: &Rig, time: Duration) -> Result<Latencies> {
    let clients: Vec<_> = rig
        .channels("judging", 1, CONNECTIONS)?
        .into_iter()
        .map(ScoringServiceClient::new)
        .collect();
    let grant = [Grant::new("judge", EDITION)];
    let life = Duration::from_secs(300);
    let judges = (1..=JUDGES)
        .map(|n| {
            rig.edition
                .site
                .token(Uuid::from_u128(n.into()), &grant, life)
        })
        .collect::<Result<Vec<_>>>()?;
    let seats = usize::try_from(SUBMISSIONS * REVIEWS / JUDGES)?;
    let read = |n| {
        let who = &judges[usize::try_from(n % JUDGES).unwrap_or_default()];
        let request = who.ask(judging::ListAssignmentsRequest {
            parent: format!("editions/{EDITION}/rounds/{ROUND}"),
            ..Default::default()
        });
        let mut client = clients[usize::try_from(n % CONNECTIONS).unwrap_or_default()].clone();
        async move {
            let queue = client.list_assignments(request).await?.into_inner();
            ensure!(queue.assignments.len() == seats, "not the whole queue");
            Ok(())
        }
    };
    at_rate(RATE, |_, elapsed| elapsed >= time, read).await
}

/// An open round in which every submission has its reviews.
async fn seed_assignments(rig: &Rig) -> Result<()> {
    until("judging to have the rules", async || {
        let opened = sqlx::query(
            "insert into judging.rounds
                 (edition_id, round_id, state, edition_version, definition,
                  objection_window_seconds, seed, created_at)
             select edition_id, round_id, 'open', edition_version, definition,
                    objection_window_seconds, 1, now()
             from   judging.round_rules
             where  edition_id = $1
             and    round_id = $2",
        )
        .bind(EDITION)
        .bind(ROUND)
        .execute(&rig.database)
        .await?;
        Ok((opened.rows_affected() == 1).then_some(()))
    })
    .await?;
    sqlx::query(
        "insert into judging.assignments
             (assignment_id, entry_id, edition_id, round_id, submission_id, submission_version, judge_id,
              calibration, state, assigned_at)
         select gen_random_uuid(), gen_random_uuid(), $1, $2,
                lpad(to_hex(n / $3), 32, '0')::uuid, 1, lpad(to_hex(n % $4 + 1), 32, '0')::uuid, false,
                'assigned', now()
         from   generate_series(0, $5::bigint - 1) as n",
    )
    .bind(EDITION)
    .bind(ROUND)
    .bind(i64::try_from(REVIEWS)?)
    .bind(i64::try_from(JUDGES)?)
    .bind(i64::try_from(SUBMISSIONS * REVIEWS)?)
    .execute(&rig.database)
    .await?;
    sqlx::query("analyze judging.assignments")
        .execute(&rig.database)
        .await?;
    Ok(())
}
