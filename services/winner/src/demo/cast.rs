//! The people and bodies of the demo, all from one seed. Names are made up, addresses end in `.test`.

mod conflicts;
mod governments;
mod judges;
mod shares;
mod teams;

use anyhow::{Context, Result, bail};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use winner_intake::domain::region::RegionCode;
use winner_proto::intake::v1::{EditionDefinition, ProvinceDefinition};

use super::texts::{Problem, Proposal, Writer};
use crate::stack::outside::TEST_NUMBERS;

pub(crate) use conflicts::{Contact, Planted, PlantedConflict};

/// How large the edition is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Challenges, spread over the provinces.
    pub(crate) challenges: usize,
    /// Submissions that are handed in in time.
    pub(crate) submissions: usize,
    /// Submissions that come a second too late.
    pub(crate) late: usize,
    /// Submissions that lack a required answer.
    pub(crate) incomplete: usize,
    /// Submissions that are copied from another.
    pub(crate) copies: usize,
    /// Judges.
    pub(crate) judges: usize,
    /// Judges with a conflict that the system must find or is told.
    pub(crate) conflicts: usize,
}

impl Scale {
    /// As large as the competition of 2023.
    pub(crate) const FULL: Self = Self {
        challenges: 60,
        submissions: 466,
        late: 6,
        incomplete: 4,
        copies: 5,
        judges: 40,
        conflicts: 16,
    };

    /// For a quick look.
    pub(crate) const SMALL: Self = Self {
        challenges: 8,
        submissions: 30,
        late: 2,
        incomplete: 1,
        copies: 1,
        judges: 9,
        conflicts: 8,
    };
}

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The provider's own name for them.
    pub(crate) subject: String,
    /// How they are called.
    pub(crate) name: String,
    /// Their address.
    pub(crate) email: String,
    /// Their groups at the provider.
    pub(crate) groups: Vec<&'static str>,
    /// Their id, the same in every run.
    pub(crate) person_id: Uuid,
    /// What they tell of themselves after their first sign-in.
    pub(crate) contact: Contact,
}

impl Actor {
    fn new(subject: impl Into<String>, name: impl Into<String>, rng: &mut StdRng) -> Self {
        let subject = subject.into();
        let email = format!("{subject}@contoh.test");
        Self {
            subject,
            name: name.into(),
            email,
            groups: Vec::new(),
            person_id: Uuid::from_u128(rng.random()),
            contact: Contact::default(),
        }
    }

    /// With the `n`th number of a block of made-up ones; blocks are digits.
    fn with_phone(mut self, block: u8, n: usize) -> Self {
        self.contact.phone = Some(format!("{TEST_NUMBERS}{block}{n:05}"));
        self
    }
}

/// A government with a problem.
#[derive(Clone, Debug)]
pub(crate) struct Government {
    /// Its region.
    pub(crate) region: RegionCode,
    /// Its official.
    pub(crate) official: Actor,
    /// The id of its challenge.
    pub(crate) challenge_id: Uuid,
    /// The challenge's issue.
    pub(crate) issue_id: String,
    /// The challenge.
    pub(crate) problem: Problem,
}

/// A team with a solution.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    /// Who drafts and submits.
    pub(crate) applicant: Actor,
    /// The name of its organisation.
    pub(crate) organisation: String,
    /// The organisation's id.
    pub(crate) organisation_id: Uuid,
    /// The submission's id.
    pub(crate) submission_id: Uuid,
    /// Where it works.
    pub(crate) region: RegionCode,
    /// Its province's wave.
    pub(crate) wave_id: String,
    /// Its issue.
    pub(crate) issue_id: String,
    /// The challenge that it chose, by the government's position.
    pub(crate) chosen: Option<usize>,
    /// What it proposes.
    pub(crate) proposal: Proposal,
    /// How good it really is, in thousandths of a point, 0 to 10,000.
    pub(crate) quality: i64,
    /// What befalls it.
    pub(crate) fate: Fate,
}

/// What befalls a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Submits in time and is eligible.
    Eligible,
    /// Submits in time and is found ineligible.
    Ineligible,
    /// Submits a second too late.
    Late,
    /// Submits without a required answer.
    Incomplete,
}

/// A judge.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// Who.
    pub(crate) actor: Actor,
    /// Issues that they know well.
    pub(crate) issue_ids: Vec<String>,
    /// Provinces that they know well.
    pub(crate) region_codes: Vec<String>,
    /// By how much they score higher or lower than others, in thousandths of a point; all sum to about 0.
    pub(crate) severity: i64,
}

/// A submission that was copied from another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copied {
    /// The team that wrote it.
    pub(crate) original: usize,
    /// The team that copied it.
    pub(crate) copy: usize,
}

/// Everybody.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    /// Creates the edition and chairs it.
    pub(crate) chair: Actor,
    /// Runs it and approves beside the chair.
    pub(crate) organiser: Actor,
    /// Screens.
    pub(crate) screener: Actor,
    /// Governments with their challenges.
    pub(crate) governments: Vec<Government>,
    /// Teams with their submissions.
    pub(crate) teams: Vec<Team>,
    /// Judges, in the order of their invitation.
    pub(crate) judges: Vec<Judge>,
    /// Who copied from whom.
    pub(crate) copies: Vec<Copied>,
    /// Which judge must not see whose submission, and how the system comes to know.
    pub(crate) conflicts: Vec<PlantedConflict>,
    /// The seed of every draw in the edition.
    pub(crate) seed: i64,
}

impl Cast {
    /// The people of an edition.
    ///
    /// # Errors
    /// When the edition has no province, or one without issues or known regencies.
    pub(crate) fn new(definition: &EditionDefinition, scale: Scale, seed: u64) -> Result<Self> {
        if definition.provinces.is_empty() {
            bail!("the edition has no province");
        }
        let mut rng = StdRng::seed_from_u64(seed);
        let mut writer = Writer::default();
        let mut chair = Actor::new("ketua", "Ketua Contoh", &mut rng);
        chair.groups.push(crate::stack::issuer::ADMIN_GROUP);
        let organiser = Actor::new("penyelenggara", "Penyelenggara Contoh", &mut rng);
        let screener = Actor::new("penilai-berkas", "Penilai Berkas Contoh", &mut rng);
        let governments = governments::all(definition, scale, &mut writer, &mut rng)?;
        let mut teams = teams::all(definition, scale, &governments, &mut writer, &mut rng)?;
        let copies = teams::copy(&mut teams, scale);
        let mut judges = judges::all(definition, scale, &mut rng);
        let conflicts = conflicts::plant(&mut judges, &mut teams, scale);
        Ok(Self {
            chair,
            organiser,
            screener,
            governments,
            teams,
            judges,
            copies,
            conflicts,
            seed: i64::try_from(seed).unwrap_or(i64::MAX),
        })
    }

    /// The teams that are found eligible.
    pub(crate) fn eligible(&self) -> impl Iterator<Item = &Team> {
        self.teams.iter().filter(|t| t.fate == Fate::Eligible)
    }

    /// The teams that submit in time.
    pub(crate) fn in_time(&self) -> impl Iterator<Item = &Team> {
        let fates = [Fate::Eligible, Fate::Ineligible];
        self.teams.iter().filter(move |t| fates.contains(&t.fate))
    }

    /// A team by its submission.
    pub(crate) fn team_of(&self, submission_id: &str) -> Option<(usize, &Team)> {
        let id = submission_id.parse::<Uuid>().ok()?;
        let mut teams = self.teams.iter().enumerate();
        teams.find(|(_, team)| team.submission_id == id)
    }
}

/// The region of a province of an edition.
fn province(definition: &ProvinceDefinition) -> Result<RegionCode> {
    RegionCode::parse(&definition.region_code)
        .with_context(|| format!("the province {:?}", definition.region_code))
}
