//! From an event to mails at a sink, by two copies of notification, beside a raw client that hands the
//! same sink mails of the same size.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pbjson_types::Timestamp;
use sqlx::PgPool;
use winner_messaging::{Ledger, Node, Origin};
use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_proto::judging::v1::ResultPublished;

use crate::edition::EDITION;
use crate::figures::mails::sink::Sink;
use crate::figures::relay::{broker, config, ledger};
use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::site::until;

mod raw;
mod sink;

/// People, each the only member of a team whose submission is eligible.
const PEOPLE: u64 = 20_000;
/// Copies of notification.
const COPIES: u32 = 2;
/// Connections of each copy, and of the raw client for each copy.
const CONNECTIONS: u64 = 16;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let people = size.of(PEOPLE, 200);
    let mut rig = Rig::start(program, "bench_mails").await?;
    let sink = Sink::start()?;
    send_to(&rig, sink.port())?;
    rig.edition.site.start("notification", COPIES).await?;
    seed_people(&rig.database, people).await?;
    let raw = raw::send(sink.port(), CONNECTIONS * u64::from(COPIES), people).await?;
    let ours = announce(&rig, people).await?;
    let (ours, raw) = (
        people as f64 / ours.as_secs_f64(),
        people as f64 / raw.as_secs_f64(),
    );
    Ok(vec![row(
        &format!("event → rendered → SMTP sink, {people} mails, {COPIES} copies"),
        &format!(
            "{ours:.0}/s, raw client {raw:.0}/s: {:.0} %",
            100.0 * ours / raw
        ),
    )])
}

/// Points notification at a mail server of the figure's own. It must not run yet.
fn send_to(rig: &Rig, port: u16) -> Result<()> {
    let file = rig.edition.site.installation.config();
    let told = std::fs::read_to_string(&file)?;
    let of_stack = format!("port = {}\n", rig.edition.site.stack.smtp_port());
    ensure!(told.contains(&of_stack), "the installation names no relay");
    let own = format!("port = {port}\nconnections = {CONNECTIONS}\n");
    std::fs::write(&file, told.replace(&of_stack, &own))?;
    Ok(())
}

/// From the commit of the event until the last message is sent.
async fn announce(rig: &Rig, people: u64) -> Result<Duration> {
    let judging = ledger(rig, "judging").await?;
    let (tasks, _crashes) = Tasks::new();
    let shutdown = Shutdown::new();
    let client = broker(rig, "judging").await?;
    Node::new(config(rig), judging.clone(), client, "judging").start(&tasks, &shutdown);
    let began = Instant::now();
    publish(&judging).await?;
    until("every mail to be sent", async || {
        let sent: i64 = sqlx::query_scalar(
            "select count(*) from notification.messages where state = 'sent'",
        )
        .fetch_one(&rig.database)
        .await?;
        Ok((u64::try_from(sent)? == people).then_some(()))
    })
    .await?;
    let took = began.elapsed();
    shutdown.soft.cancel();
    tasks.close();
    tasks.wait().await;
    Ok(took)
}

async fn publish(judging: &Ledger) -> Result<()> {
    let event = ResultPublished {
        edition_id: EDITION.to_owned(),
        round_id: "seleksi-meja".to_owned(),
        result_version: 1,
        ranking_hash: "0".repeat(64),
        entry_count: 5,
        objections_until: Some(Timestamp {
            seconds: 1_830_000_000,
            nanos: 0,
        }),
    };
    let mut unit = judging.begin(Origin::request("bench")).await?;
    unit.append(&format!("{EDITION}.seleksi-meja"), Some(EDITION), &event)
        .await?;
    unit.commit().await.context("the event was not committed")
}

async fn seed_people(database: &PgPool, people: u64) -> Result<()> {
    let amount = i64::try_from(people)?;
    for statement in [
        "insert into intake.persons (person_id, created_at)
         select ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, now()
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.person_details (person_id, display_name, email, phone, language, region_code)
         select ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, 'Pegiat Contoh ' || n,
                'p' || n || '@good.test', '+62812' || lpad(n::text, 8, '0'), 'id', '36.73'
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.organisations
             (organisation_id, display_name, legal_form, region_code, created_at, created_by)
         select ('00000000-0000-4000-c000-' || lpad(n::text, 12, '0'))::uuid,
                'DATA CONTOH ' || n, o.legal_form, o.region_code, now(),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid
         from  (select legal_form, region_code from intake.organisations limit 1) as o
         cross join generate_series(1, $1::bigint) as n",
        "insert into intake.memberships
             (membership_id, office, scope, person_id, state, created_at, granted_at)
         select gen_random_uuid(), 'member', '00000000-0000-4000-c000-' || lpad(n::text, 12, '0'),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, 'granted', now(), now()
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.submissions
             (submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
              challenge_ids, answers, state, version, outcome, created_at, created_by)
         select ('00000000-0000-4000-d000-' || lpad(n::text, 12, '0'))::uuid, t.edition_id,
                ('00000000-0000-4000-c000-' || lpad(n::text, 12, '0'))::uuid, t.wave_id, t.region_code,
                t.issue_id, t.title, t.challenge_ids, t.answers, 'submitted', 1, 'eligible', now(),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid
         from  (select * from intake.submissions limit 1) as t
         cross join generate_series(1, $1::bigint) as n",
    ] {
        sqlx::query(statement).bind(amount).execute(database).await?;
    }
    sqlx::query("analyze intake.submissions, intake.memberships, intake.person_details, intake.persons")
        .execute(database)
        .await?;
    Ok(())
}
