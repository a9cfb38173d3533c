//! The people and bodies of the demo, all from one seed. Names are made up, addresses end in `.test`.

use anyhow::{Context, Result, bail};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use winner_proto::intake::v1::EditionDefinition;

use super::texts;

/// How large the edition is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Challenges, spread over the provinces.
    pub(crate) challenges: usize,
    /// Submissions that are handed in, in time or late.
    pub(crate) submissions: usize,
    /// Judges.
    pub(crate) judges: usize,
}

impl Scale {
    /// The small edition.
    pub(crate) const SMALL: Self = Self {
        challenges: 8,
        submissions: 30,
        judges: 9,
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
}

impl Actor {
    fn new(subject: impl Into<String>, name: impl Into<String>) -> Self {
        let subject = subject.into();
        let email = format!("{subject}@contoh.test");
        Self {
            subject,
            name: name.into(),
            email,
            groups: Vec::new(),
        }
    }
}

/// A government with a problem.
#[derive(Clone, Debug)]
pub(crate) struct Government {
    /// Its region.
    pub(crate) region_code: String,
    /// Its official.
    pub(crate) official: Actor,
    /// The id of its challenge.
    pub(crate) challenge_id: Uuid,
    /// The challenge's issue.
    pub(crate) issue_id: String,
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
    pub(crate) region_code: String,
    /// Its province's wave.
    pub(crate) wave_id: String,
    /// Its issue.
    pub(crate) issue_id: String,
    /// What it proposes.
    pub(crate) proposal: texts::Proposal,
    /// How good it really is, 0 to 10,000.
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
    /// By how much they score higher or lower than others, in thousandths.
    pub(crate) severity: i64,
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
    /// Judges; the first has a second address, under which they belong to a team.
    pub(crate) judges: Vec<Judge>,
    /// The seed of every draw in the edition.
    pub(crate) seed: i64,
}

/// The team to which the first judge belongs, under a second address.
pub(crate) const JUDGES_TEAM: usize = 4;

impl Cast {
    /// The people of an edition.
    pub(crate) fn new(definition: &EditionDefinition, scale: Scale, seed: u64) -> Result<Self> {
        let mut rng = StdRng::seed_from_u64(seed);
        if definition.provinces.is_empty() {
            bail!("the edition has no province");
        }
        let mut chair = Actor::new("ketua", "Ketua Contoh");
        chair.groups.push(crate::stack::issuer::ADMIN_GROUP);
        let governments = (0..scale.challenges)
            .map(|n| government(definition, n, &mut rng))
            .collect::<Result<Vec<_>>>()?;
        let mut teams = (0..scale.submissions + LATE)
            .map(|n| team(definition, n, scale.submissions, &mut rng))
            .collect::<Result<Vec<_>>>()?;
        let judges: Vec<_> = (0..scale.judges)
            .map(|n| judge(definition, n, &mut rng))
            .collect();
        if let Some(team) = teams.get_mut(JUDGES_TEAM) {
            // One mailbox, written two ways: the same person in two roles.
            "juri-1+usaha@contoh.test".clone_into(&mut team.applicant.email);
        }
        Ok(Self {
            chair,
            organiser: Actor::new("penyelenggara", "Penyelenggara Contoh"),
            screener: Actor::new("penilai-berkas", "Penilai Berkas Contoh"),
            governments,
            teams,
            judges,
            seed: i64::try_from(seed).unwrap_or(i64::MAX),
        })
    }

    /// The teams of a wave that submit in time.
    pub(crate) fn in_time(&self) -> impl Iterator<Item = &Team> {
        self.teams.iter().filter(|t| t.fate != Fate::Late)
    }

    /// The teams that are found eligible.
    pub(crate) fn eligible(&self) -> impl Iterator<Item = &Team> {
        self.teams.iter().filter(|t| t.fate == Fate::Eligible)
    }
}

/// Teams beside the accepted ones that submit a second too late: one in each wave.
const LATE: usize = 2;
/// Teams that are found ineligible.
const INELIGIBLE: [usize; 2] = [7, 18];

fn government(definition: &EditionDefinition, n: usize, rng: &mut StdRng) -> Result<Government> {
    let province = &definition.provinces[n % definition.provinces.len()];
    let issue = province
        .issue_ids
        .choose(rng)
        .context("a province without issues")?;
    let capital = texts::capital(&province.region_code).context("a province without a capital")?;
    let second = texts::regency(&province.region_code).context("a province without a regency")?;
    let region = if n < definition.provinces.len() {
        capital
    } else {
        second
    };
    Ok(Government {
        region_code: region.to_owned(),
        official: Actor::new(
            format!("pemda-{}", n + 1),
            format!("Pejabat Contoh {}", n + 1),
        ),
        challenge_id: Uuid::from_u128(rng.random()),
        issue_id: issue.clone(),
    })
}

fn team(
    definition: &EditionDefinition,
    n: usize,
    accepted: usize,
    rng: &mut StdRng,
) -> Result<Team> {
    let late = n >= accepted;
    let province = if late {
        // One late team in the first wave, one in the last.
        let at = if n == accepted {
            0
        } else {
            definition.provinces.len() - 1
        };
        &definition.provinces[at]
    } else {
        &definition.provinces[n % definition.provinces.len()]
    };
    let issue = province
        .issue_ids
        .choose(rng)
        .context("a province without issues")?
        .clone();
    let fate = match n {
        _ if late => Fate::Late,
        n if INELIGIBLE.contains(&n) => Fate::Ineligible,
        _ => Fate::Eligible,
    };
    Ok(Team {
        applicant: Actor::new(
            format!("tim-{}", n + 1),
            format!("Pemohon Contoh {}", n + 1),
        ),
        organisation: format!("{} (contoh {})", texts::organisation(rng), n + 1),
        organisation_id: Uuid::from_u128(rng.random()),
        submission_id: Uuid::from_u128(rng.random()),
        region_code: texts::capital(&province.region_code)
            .context("a province without a capital")?
            .to_owned(),
        wave_id: province.wave_id.clone(),
        proposal: texts::proposal(&issue, rng),
        issue_id: issue,
        quality: rng.random_range(3_000..9_500),
        fate,
    })
}

fn judge(definition: &EditionDefinition, n: usize, rng: &mut StdRng) -> Judge {
    let issues: Vec<_> = definition
        .issues
        .iter()
        .map(|i| i.issue_id.clone())
        .collect();
    let provinces: Vec<_> = definition
        .provinces
        .iter()
        .map(|p| p.region_code.clone())
        .collect();
    Judge {
        actor: Actor::new(format!("juri-{}", n + 1), format!("Juri Contoh {}", n + 1)),
        issue_ids: issues.sample(rng, 3).cloned().collect(),
        region_codes: provinces.sample(rng, 2).cloned().collect(),
        severity: rng.random_range(-1_000..1_000),
    }
}
