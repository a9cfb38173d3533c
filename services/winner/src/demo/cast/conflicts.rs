//! Conflicts of judges, of every kind that the system finds by itself or is told.

use super::{Fate, Judge, Scale, Team};

/// What somebody tells of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    /// Mobile number.
    pub(crate) phone: Option<String>,
    /// For whom they work.
    pub(crate) employer: Option<String>,
}

/// How a judge comes to be in conflict with a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Planted {
    /// The judge submits, under the same login.
    Own,
    /// The applicant's address is the judge's mailbox, written another way.
    SecondEmail,
    /// The applicant has the judge's number.
    Phone,
    /// The judge works for the team's organisation.
    Employer,
    /// The judge and the applicant work for the same employer.
    Colleague,
    /// The judge joins the team's organisation.
    Member,
    /// The judge says so.
    DeclaredByJudge,
    /// The organiser has learned of it.
    DeclaredByOrganiser,
}

impl Planted {
    /// Every kind.
    const ALL: [Self; 8] = [
        Self::SecondEmail,
        Self::Employer,
        Self::Member,
        Self::DeclaredByJudge,
        Self::Own,
        Self::Phone,
        Self::Colleague,
        Self::DeclaredByOrganiser,
    ];

    /// How the truth file calls it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::SecondEmail => "second_email",
            Self::Phone => "phone",
            Self::Employer => "employer",
            Self::Colleague => "colleague",
            Self::Member => "member",
            Self::DeclaredByJudge => "declared_by_judge",
            Self::DeclaredByOrganiser => "declared_by_organiser",
        }
    }
}

/// A judge who must not see a team's submission.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlantedConflict {
    /// The judge's position.
    pub(crate) judge: usize,
    /// The team's position.
    pub(crate) team: usize,
    /// How.
    pub(crate) kind: Planted,
}

/// Gives the first judges conflicts, one each, with eligible teams that they would fit best.
pub(super) fn plant(
    judges: &mut [Judge],
    teams: &mut [Team],
    scale: Scale,
) -> Vec<PlantedConflict> {
    let eligible: Vec<usize> = (0..scale.submissions)
        .filter(|n| teams[*n].fate == Fate::Eligible)
        .collect();
    let kinds = Planted::ALL.into_iter().cycle().take(scale.conflicts);
    let pairs = judges.iter_mut().zip(eligible.into_iter().step_by(3));
    kinds
        .zip(pairs)
        .enumerate()
        .map(|(n, (kind, (judge, at)))| {
            let team = &mut teams[at];
            tempt(judge, team);
            bind(kind, n, judge, team);
            PlantedConflict {
                judge: n,
                team: at,
                kind,
            }
        })
        .collect()
}

/// Makes the judge fit the team, so that without the conflict they would likely get it.
fn tempt(judge: &mut Judge, team: &Team) {
    if !judge.issue_ids.contains(&team.issue_id) {
        judge.issue_ids.pop();
        judge.issue_ids.push(team.issue_id.clone());
    }
    let province = team.region.province().as_str();
    if !judge.region_codes.iter().any(|known| known == province) {
        judge.region_codes.pop();
        judge.region_codes.push(province.to_owned());
    }
}

fn bind(kind: Planted, n: usize, judge: &mut Judge, team: &mut Team) {
    match kind {
        Planted::Own => team.applicant = judge.actor.clone(),
        Planted::SecondEmail => {
            team.applicant.email = judge.actor.email.replace('@', "+usaha@");
        }
        Planted::Phone => {
            let phone = &judge.actor.contact.phone;
            team.applicant.contact.phone.clone_from(phone);
        }
        Planted::Employer => judge.actor.contact.employer = Some(team.organisation.clone()),
        Planted::Colleague => {
            let employer = Some(format!("Universitas Contoh {}", n + 1));
            judge.actor.contact.employer.clone_from(&employer);
            team.applicant.contact.employer = employer;
        }
        Planted::Member | Planted::DeclaredByJudge | Planted::DeclaredByOrganiser => {}
    }
}
