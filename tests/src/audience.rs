//! A crowd for a mass mail: people who are each the only member of a team whose submission is eligible,
//! seeded by SQL, and an event that is announced to them all.
#![allow(
    clippy::disallowed_methods,
    reason = "it seeds tables by SQL of its own"
)]

use anyhow::Result;
use sqlx::PgPool;

/// Seeds so many people into the open edition, numbered from 1: `p1@good.test` and so on.
pub async fn seat(database: &PgPool, people: u64) -> Result<()> {
    let amount = i64::try_from(people)?;
    for statement in [
        "insert into intake.persons (person_id, created_at)
         select ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, now()
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.person_details
             (person_id, display_name, email, phone, language, region_code)
         select ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, 'Pegiat Contoh ' || n,
                'p' || n || '@good.test', '+62812' || lpad(n::text, 8, '0'), 'id', '36.73'
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.organisations
             (organisation_id, display_name, legal_form, region_code, created_at, created_by)
         select ('00000000-0000-4000-c000-' || lpad(n::text, 12, '0'))::uuid,
                'DATA CONTOH ' || n, 'cooperative', '36.73', now(),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.memberships
             (membership_id, office, scope, person_id, state, created_at, granted_at)
         select gen_random_uuid(), 'member', '00000000-0000-4000-c000-' || lpad(n::text, 12, '0'),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid, 'granted', now(), now()
         from   generate_series(1, $1::bigint) as n",
        "insert into intake.submissions
             (submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
              challenge_ids, answers, state, version, outcome, created_at, created_by)
         select ('00000000-0000-4000-d000-' || lpad(n::text, 12, '0'))::uuid, w.edition_id,
                ('00000000-0000-4000-c000-' || lpad(n::text, 12, '0'))::uuid, w.wave_id, '36.73',
                'sampah', 'DATA CONTOH', '{}', '{}', 'submitted', 1, 'eligible', now(),
                ('00000000-0000-4000-b000-' || lpad(n::text, 12, '0'))::uuid
         from  (select edition_id, wave_id from intake.waves order by wave_id limit 1) as w
         cross join generate_series(1, $1::bigint) as n",
        "analyze intake.submissions, intake.memberships, intake.person_details, intake.persons",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") {
            query.bind(amount)
        } else {
            query
        };
        query.execute(database).await?;
    }
    Ok(())
}

/// Writes into intake's outbox, for each of so many people from `first` on, that the outcome of their
/// team's submission was announced, in one commit.
pub async fn tell(database: &PgPool, first: u64, amount: u64) -> Result<()> {
    sqlx::query(
        "with told as (
             insert into intake.aggregates (aggregate_type, aggregate_id, epoch, count)
             select 'submission', '00000000-0000-4000-d000-' || lpad(n::text, 12, '0'), epoch, 1
             from   intake.ledger_epoch
             cross join generate_series($1::bigint, $2::bigint) as n
             returning aggregate_type, aggregate_id, epoch, count
         )
         insert into intake.outbox
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, payload)
         select gen_random_uuid(), t.aggregate_type, t.aggregate_id, t.epoch, t.count,
                'outcome_announced', 1, 'public', e.edition_id, now(), t.aggregate_id,
                convert_to(json_build_object(
                    'editionId', e.edition_id, 'submissionId', t.aggregate_id, 'version', 1,
                    'outcome', 'OUTCOME_ELIGIBLE')::text, 'utf8')
         from   told t
         cross join (select edition_id from intake.editions limit 1) as e",
    )
    .bind(i64::try_from(first)?)
    .bind(i64::try_from(first + amount - 1)?)
    .execute(database)
    .await?;
    Ok(())
}

/// Writes `result.published` of a made-up result into judging's outbox, as its next event: everybody in
/// the crowd will be told.
pub async fn announce(database: &PgPool, number: u64) -> Result<()> {
    sqlx::query(
        "with result as (
             insert into judging.aggregates (aggregate_type, aggregate_id, epoch, count)
             select 'result', 'bench-' || $1::text, epoch, 1 from judging.ledger_epoch
             returning aggregate_type, aggregate_id, epoch, count
         )
         insert into judging.outbox
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, payload)
         select gen_random_uuid(), r.aggregate_type, r.aggregate_id, r.epoch, r.count, 'published', 1,
                'public', e.edition_id, now(), r.aggregate_id,
                convert_to(json_build_object(
                    'editionId', e.edition_id, 'roundId', 'seleksi-meja', 'resultVersion', 1,
                    'rankingHash', repeat('0', 64), 'entryCount', 5,
                    'objectionsUntil', '2028-01-01T00:00:00Z')::text, 'utf8')
         from   result r
         cross join (select edition_id from intake.editions limit 1) as e",
    )
    .bind(i64::try_from(number)?)
    .execute(database)
    .await?;
    Ok(())
}
