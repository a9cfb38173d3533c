//! What each event becomes: which notice, and for whom.
//!
//! An event that cannot be understood is an error of the event, and ends as a dead letter.

use pbjson_types::Timestamp;
use uuid::Uuid;
use winner_platform::BusinessTime;
use winner_proto::intake::v1 as intake;
use winner_proto::judging::v1 as judging;
use winner_proto::matching::v1 as matching;
use winner_proto::options::v1::Office as WireOffice;

use crate::domain::language::Text;
use crate::domain::notice::{MatchAnswer, Notice, Office, Outcome};

/// Whom an announcement is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Whoever was invited, by the membership offered.
    Invited(Uuid),
    /// The team of a submission.
    Team(Uuid),
    /// The officials of a challenge's government.
    Officials(Uuid),
    /// The organisers and chairs of the edition.
    Organisers,
    /// The teams of every submission announced as eligible.
    EligibleTeams,
    /// These persons.
    Persons(Vec<Uuid>),
}

/// A notice and its readers, before anybody looked up who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The edition's id; empty for what belongs to none.
    pub edition_id: String,
    /// Whom it is for.
    pub audience: Audience,
    /// What it says.
    pub notice: Notice,
}

/// An event says something that this service cannot make sense of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event's field `{field}` makes no sense")]
pub struct Senseless {
    /// The field.
    pub field: &'static str,
}

type Announced = Result<Announcement, Senseless>;

fn id(field: &'static str, text: &str) -> Result<Uuid, Senseless> {
    Uuid::parse_str(text).map_err(|_| Senseless { field })
}

fn moment(field: &'static str, at: Option<&Timestamp>) -> Result<BusinessTime, Senseless> {
    at.and_then(|at| BusinessTime::from_timestamp(at.seconds, at.nanos))
        .ok_or(Senseless { field })
}

/// An invitation goes to the address invited.
///
/// # Errors
/// [`Senseless`] for an office, an id or a time that is none.
pub fn membership_invited(event: &intake::MembershipInvited) -> Announced {
    let office = match event.office() {
        WireOffice::Unspecified => return Err(Senseless { field: "office" }),
        WireOffice::PlatformAdmin => Office::PlatformAdmin,
        WireOffice::Chair => Office::Chair,
        WireOffice::Organiser => Office::Organiser,
        WireOffice::Screener => Office::Screener,
        WireOffice::Auditor => Office::Auditor,
        WireOffice::Official => Office::Official,
        WireOffice::Member => Office::Member,
        WireOffice::Judge => Office::Judge,
        WireOffice::Mentor => Office::Mentor,
    };
    let membership_id = id("membership_id", &event.membership_id)?;
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Invited(membership_id),
        notice: Notice::Invitation {
            membership_id,
            office,
            expires_at: moment("expire_time", event.expire_time.as_ref())?,
        },
    })
}

/// A submission accepted in time is confirmed to its team.
///
/// # Errors
/// [`Senseless`] for an id or a time that is none.
pub fn submission_submitted(event: &intake::SubmissionSubmitted) -> Announced {
    let submission_id = id("submission_id", &event.submission_id)?;
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Team(submission_id),
        notice: Notice::SubmissionReceived {
            submission_id,
            version: event.version,
            content_hash: event.content_hash.clone(),
            arrived_at: moment("arrive_time", event.arrive_time.as_ref())?,
        },
    })
}

/// What screening found is told to the team.
///
/// # Errors
/// [`Senseless`] for an id or an outcome that is none.
pub fn outcome_announced(event: &intake::SubmissionOutcomeAnnounced) -> Announced {
    let outcome = match event.outcome() {
        intake::Outcome::Unspecified => return Err(Senseless { field: "outcome" }),
        intake::Outcome::Eligible => Outcome::Eligible,
        intake::Outcome::Ineligible => Outcome::Ineligible,
        intake::Outcome::NeedsCorrection => Outcome::NeedsCorrection,
    };
    let submission_id = id("submission_id", &event.submission_id)?;
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Team(submission_id),
        notice: Notice::OutcomeAnnounced {
            submission_id,
            outcome,
        },
    })
}

/// A proposed match is offered to the officials of the challenge's government.
///
/// # Errors
/// [`Senseless`] for an id that is none.
pub fn match_proposed(event: &matching::MatchProposed, challenge_title: Text) -> Announced {
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Officials(id("challenge_id", &event.challenge_id)?),
        notice: Notice::MatchProposed {
            match_id: id("match_id", &event.match_id)?,
            submission_id: id("submission_id", &event.submission_id)?,
            challenge_title,
        },
    })
}

/// What a government answered; `None` where it did not, and the team is told nothing.
pub fn answer(event: &matching::MatchAnswered) -> Option<MatchAnswer> {
    match event.state() {
        matching::MatchState::Accepted => Some(MatchAnswer::Accepted),
        matching::MatchState::Declined => Some(MatchAnswer::Declined),
        matching::MatchState::Unspecified
        | matching::MatchState::Proposed
        | matching::MatchState::Lapsed
        | matching::MatchState::Confirmed => None,
    }
}

/// A government's yes or no is told to the team.
///
/// # Errors
/// [`Senseless`] for an id that is none.
pub fn match_answered(
    event: &matching::MatchAnswered,
    answer: MatchAnswer,
    challenge_title: Text,
) -> Announced {
    let submission_id = id("submission_id", &event.submission_id)?;
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Team(submission_id),
        notice: Notice::MatchAnswered {
            match_id: id("match_id", &event.match_id)?,
            submission_id,
            challenge_title,
            answer,
        },
    })
}

/// Every judge of a round that opened may begin.
///
/// # Errors
/// [`Senseless`] for an id or a time that is none.
pub fn round_opened(event: &judging::RoundOpened) -> Announced {
    let judges = event
        .judge_person_ids
        .iter()
        .map(|person| id("judge_person_ids", person))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Persons(judges),
        notice: Notice::RoundOpened {
            round_id: event.round_id.clone(),
            scoring_closes_at: moment("scoring_closes_at", event.scoring_closes_at.as_ref())?,
        },
    })
}

/// The judge who takes another's place is told.
///
/// # Errors
/// [`Senseless`] for an id that is none.
pub fn judge_replaced(event: &matching::PanelJudgeReplaced) -> Announced {
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Persons(vec![id("added_person_id", &event.added_person_id)?]),
        notice: Notice::AssignmentAdded {
            round_id: event.round_id.clone(),
        },
    })
}

/// A place that could not be filled is the organisers' to fill.
///
/// # Errors
/// [`Senseless`] for an id that is none.
pub fn panel_short(event: &matching::PanelShort) -> Announced {
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::Organisers,
        notice: Notice::PanelShort {
            round_id: event.round_id.clone(),
            submission_id: id("submission_id", &event.submission_id)?,
        },
    })
}

/// Every eligible team learns that a result can be read.
///
/// # Errors
/// [`Senseless`] for a time that is none.
pub fn result_published(event: &judging::ResultPublished) -> Announced {
    Ok(Announcement {
        edition_id: event.edition_id.clone(),
        audience: Audience::EligibleTeams,
        notice: Notice::ResultPublished {
            round_id: event.round_id.clone(),
            objections_until: moment("objections_until", event.objections_until.as_ref())?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01990000-0000-7000-8000-000000000001";

    #[test]
    fn a_yes_and_a_no_are_told_a_lapse_is_not() {
        let said = |state: matching::MatchState| {
            answer(&matching::MatchAnswered {
                state: state.into(),
                ..Default::default()
            })
        };
        assert_eq!(
            said(matching::MatchState::Accepted),
            Some(MatchAnswer::Accepted)
        );
        assert_eq!(
            said(matching::MatchState::Declined),
            Some(MatchAnswer::Declined)
        );
        assert_eq!(said(matching::MatchState::Lapsed), None);
    }

    #[test]
    fn an_invitation_goes_to_the_membership_not_to_a_person() {
        let event = intake::MembershipInvited {
            membership_id: ID.to_owned(),
            office: WireOffice::Judge.into(),
            edition_id: "contoh".to_owned(),
            scope: String::new(),
            expire_time: Some(Timestamp {
                seconds: 1_800_000_000,
                nanos: 0,
            }),
        };
        let announcement = membership_invited(&event).unwrap();
        assert_eq!(
            announcement.audience,
            Audience::Invited(Uuid::parse_str(ID).unwrap())
        );
        assert!(announcement.notice.useful_until().is_some());
    }

    #[test]
    fn an_outcome_that_is_none_is_an_error_of_the_event() {
        let event = intake::SubmissionOutcomeAnnounced {
            submission_id: ID.to_owned(),
            ..Default::default()
        };
        assert_eq!(
            outcome_announced(&event),
            Err(Senseless { field: "outcome" })
        );
    }
}
