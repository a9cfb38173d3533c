//! An installation with an open edition, teams and as many drafts as are wanted.

use std::path::Path;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::edition::Edition;
use crate::site::{Signed, Site};
use anyhow::Result;
use sqlx::PgPool;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;
use winner::stack::fleet::CopyId;
use winner_platform::auth::Grant;
use winner_proto::intake::v1 as pb;

/// Teams, each one person with an organisation.
pub(crate) const TEAMS: u64 = 64;
/// Where every draft is from.
const REGION: &str = "36.73";
/// As long as intake's tokens may live.
const LIFE: Duration = Duration::from_secs(300);

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Only whether it works.
    pub quick: bool,
}

impl Size {
    /// `whole`, or `tiny` where only its working is tried.
    pub const fn of(self, whole: u64, tiny: u64) -> u64 {
        if self.quick { tiny } else { whole }
    }
}

/// The installation with its edition.
pub(crate) struct Rig {
    pub(crate) edition: Edition,
    pub(crate) database: PgPool,
    /// A draft that all others are copies of, as it would be submitted.
    template: pb::SubmitRequest,
    sessions: RwLock<Vec<Signed>>,
    next: AtomicU64,
}

impl Rig {
    /// Servers with production's durability, one copy of intake, an open edition.
    pub(crate) async fn start(program: &Path, name: &str) -> Result<Self> {
        let mut site = Site::of(program, name).await?;
        site.start("intake", 1).await?;
        let edition = Edition::open(site).await?;
        let template = edition.draft(0, REGION).await?;
        let database = edition.site.database().await?;
        seed_teams(&database).await?;
        Ok(Self {
            edition,
            database,
            template,
            sessions: RwLock::default(),
            next: AtomicU64::new(1000),
        })
    }

    /// Makes drafts by SQL, and new tokens for the teams; returns the number of the first.
    pub(crate) async fn drafts(&self, amount: u64) -> Result<u64> {
        self.sign_in()?;
        let first = self.next.fetch_add(amount, Ordering::Relaxed);
        let id = self.template.name.rsplit('/').next().unwrap_or_default();
        sqlx::query(
            "insert into intake.submissions
                 (submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title,
                  challenge_ids, answers, state, created_at, created_by, etag)
             select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, t.edition_id,
                    ('00000000-0000-4000-a000-' || lpad((n % $4)::text, 12, '0'))::uuid, t.wave_id,
                    t.region_code, t.issue_id, t.title, t.challenge_ids, t.answers, t.state,
                    t.created_at,
                    ('00000000-0000-4000-9000-' || lpad((n % $4)::text, 12, '0'))::uuid, t.etag
             from   intake.submissions t
             cross join generate_series($1::bigint, $2::bigint) as n
             where  t.submission_id = $3::text::uuid",
        )
        .bind(i64::try_from(first)?)
        .bind(i64::try_from(first + amount - 1)?)
        .bind(id)
        .bind(i64::try_from(TEAMS)?)
        .execute(&self.database)
        .await?;
        sqlx::query("analyze intake.submissions")
            .execute(&self.database)
            .await?;
        Ok(first)
    }

    fn sign_in(&self) -> Result<()> {
        let sessions = (0..TEAMS)
            .map(|team| {
                let member = Grant::everywhere("member").within(organisation(team).to_string());
                self.edition.site.token(person(team), &[member], LIFE)
            })
            .collect::<Result<_>>()?;
        *self.sessions.write().unwrap() = sessions;
        Ok(())
    }

    /// A draft's name.
    pub(crate) fn name(&self, number: u64) -> String {
        let (parent, _) = self.template.name.rsplit_once('/').unwrap_or_default();
        format!("{parent}/00000000-0000-4000-8000-{number:012}")
    }

    /// The request that submits a draft, in its team's name.
    pub(crate) fn submit(&self, number: u64) -> tonic::Request<pb::SubmitRequest> {
        self.session(number).ask(pb::SubmitRequest {
            name: self.name(number),
            etag: self.template.etag.clone(),
            request_id: format!("kirim-{number}"),
        })
    }

    /// The session of a draft's team.
    pub(crate) fn session(&self, number: u64) -> Signed {
        let sessions = self.sessions.read().unwrap();
        sessions[usize::try_from(number % TEAMS).unwrap_or_default()].clone()
    }

    /// Connections to the copies of a role, in turn.
    pub(crate) fn channels(&self, role: &str, copies: u32, amount: u64) -> Result<Vec<Channel>> {
        let fleet = &self.edition.site.installation.fleet;
        (0..amount)
            .zip((1..=copies).cycle())
            .map(|(_, copy)| {
                let url = fleet.copy_url(&CopyId::new(role, copy))?;
                Ok(Endpoint::from_shared(url)?.connect_lazy())
            })
            .collect()
    }
}

fn person(team: u64) -> Uuid {
    Uuid::from_u128(0x4000_9000_0000_0000_0000 | decimal(team))
}

fn organisation(team: u64) -> Uuid {
    Uuid::from_u128(0x4000_a000_0000_0000_0000 | decimal(team))
}

/// A number whose hexadecimal digits are the decimal ones of `number`.
fn decimal(number: u64) -> u128 {
    u128::from_str_radix(&number.to_string(), 16).unwrap_or_default()
}

async fn seed_teams(database: &PgPool) -> Result<()> {
    for statement in [
        "insert into intake.persons (person_id, created_at)
         select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, now()
         from   generate_series(0, $1::bigint - 1) as n",
        "insert into intake.organisations
             (organisation_id, display_name, legal_form, region_code, created_at, created_by)
         select ('00000000-0000-4000-a000-' || lpad(n::text, 12, '0'))::uuid,
                'DATA CONTOH ' || n, o.legal_form, o.region_code, now(),
                ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid
         from   intake.organisations o
         cross join generate_series(0, $1::bigint - 1) as n",
        "insert into intake.memberships
             (membership_id, office, scope, person_id, state, created_at, granted_at)
         select gen_random_uuid(), 'member',
                '00000000-0000-4000-a000-' || lpad(n::text, 12, '0'),
                ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, 'granted', now(), now()
         from   generate_series(0, $1::bigint - 1) as n",
    ] {
        sqlx::query(statement)
            .bind(i64::try_from(TEAMS)?)
            .execute(database)
            .await?;
    }
    Ok(())
}
