//! A membership from invitation to end, and who may begin and end one.

use winner_platform::BusinessTime;

use super::ids::{MembershipId, PersonId};
use super::office::{EditionOffice, Seat};

/// An office or membership of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Which.
    pub id: MembershipId,
    /// What and where.
    pub seat: Seat,
    /// Where it stands.
    pub state: State,
    /// When it was created.
    pub created: BusinessTime,
}

/// Where a membership stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Offered to whoever holds the token, until then.
    Invited {
        /// The last moment at which it may be accepted.
        expires: BusinessTime,
    },
    /// Held by a person.
    Granted {
        /// Who.
        person: PersonId,
    },
    /// Ended by whoever may.
    Revoked {
        /// Who held it, if it was held.
        person: Option<PersonId>,
    },
    /// The invitation ran out.
    Expired,
}

/// Why a membership does not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The invitation was accepted before: it works once.
    #[error("the invitation was used before")]
    Used,
    /// The invitation ran out.
    #[error("the invitation has run out")]
    Expired,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// The invitation may still be accepted.
    #[error("the invitation has not run out")]
    NotYet,
}

impl Membership {
    /// Offers a seat.
    pub const fn invite(
        id: MembershipId,
        seat: Seat,
        now: BusinessTime,
        expires: BusinessTime,
    ) -> Self {
        Self {
            id,
            seat,
            state: State::Invited { expires },
            created: now,
        }
    }

    /// Gives a seat without an invitation: the first chair, the first member.
    pub const fn found(id: MembershipId, seat: Seat, person: PersonId, now: BusinessTime) -> Self {
        Self {
            id,
            seat,
            state: State::Granted { person },
            created: now,
        }
    }

    /// Takes the seat offered.
    ///
    /// # Errors
    /// [`StepError::Used`], [`StepError::Expired`], [`StepError::Ended`].
    pub fn accept(self, person: PersonId, now: BusinessTime) -> Result<Self, StepError> {
        match self.state {
            State::Invited { expires } if now <= expires => Ok(Self {
                state: State::Granted { person },
                ..self
            }),
            State::Invited { .. } | State::Expired => Err(StepError::Expired),
            State::Granted { .. } => Err(StepError::Used),
            State::Revoked { .. } => Err(StepError::Ended),
        }
    }

    /// Ends it, held or only offered.
    ///
    /// # Errors
    /// [`StepError::Ended`], [`StepError::Expired`].
    pub fn revoke(self) -> Result<Self, StepError> {
        let person = match self.state {
            State::Invited { .. } => None,
            State::Granted { person } => Some(person),
            State::Revoked { .. } => return Err(StepError::Ended),
            State::Expired => return Err(StepError::Expired),
        };
        Ok(Self {
            state: State::Revoked { person },
            ..self
        })
    }

    /// Ends an offer that ran out.
    ///
    /// # Errors
    /// [`StepError`] for whatever is not an offer that ran out.
    pub fn expire(self, now: BusinessTime) -> Result<Self, StepError> {
        match self.state {
            State::Invited { expires } if now > expires => Ok(Self {
                state: State::Expired,
                ..self
            }),
            State::Invited { .. } => Err(StepError::NotYet),
            State::Granted { .. } => Err(StepError::Used),
            State::Revoked { .. } => Err(StepError::Ended),
            State::Expired => Err(StepError::Expired),
        }
    }

    /// Who holds it now.
    pub const fn holder(&self) -> Option<PersonId> {
        match self.state {
            State::Granted { person } => Some(person),
            State::Invited { .. } | State::Revoked { .. } | State::Expired => None,
        }
    }
}

/// What a caller is with regard to one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
pub struct Standing {
    /// In the platform-admin group of the identity provider.
    pub platform_admin: bool,
    /// Chair of the seat's edition.
    pub chair: bool,
    /// Organiser of the seat's edition.
    pub organiser: bool,
    /// Member of the seat's organisation.
    pub member: bool,
}

impl Standing {
    /// May offer the seat: the platform's admin names a chair, the chair every office of the
    /// edition, an organiser officials and judges, a member further members.
    pub const fn may_invite(self, seat: &Seat) -> bool {
        match seat {
            Seat::Edition(EditionOffice::Chair, _) => self.platform_admin || self.chair,
            Seat::Edition(EditionOffice::Judge, _) | Seat::Official(..) => {
                self.chair || self.organiser
            }
            Seat::Edition(
                EditionOffice::Organiser
                | EditionOffice::Screener
                | EditionOffice::Auditor
                | EditionOffice::Mentor,
                _,
            ) => self.chair,
            Seat::Member(_) => self.member,
        }
    }

    /// May end the seat: the chair every office of the edition, the platform's admin a chair's, a
    /// member a membership of the organisation.
    pub const fn may_revoke(self, seat: &Seat) -> bool {
        match seat {
            Seat::Edition(EditionOffice::Chair, _) => self.platform_admin || self.chair,
            Seat::Edition(..) | Seat::Official(..) => self.chair,
            Seat::Member(_) => self.member,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EditionId;
    use proptest::prelude::*;
    use std::time::Duration;
    use uuid::Uuid;

    fn at(seconds: u64) -> BusinessTime {
        BusinessTime::from_timestamp(1_000_000, 0)
            .unwrap()
            .checked_add(Duration::from_secs(seconds))
            .unwrap()
    }

    fn invited() -> Membership {
        let seat = Seat::Edition(EditionOffice::Judge, EditionId::parse("contoh").unwrap());
        Membership::invite(
            MembershipId::from_uuid(Uuid::from_u128(1)),
            seat,
            at(0),
            at(100),
        )
    }

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(n))
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Accept(u128),
        Revoke,
        Expire,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1_u128..4).prop_map(Step::Accept),
            Just(Step::Revoke),
            Just(Step::Expire)
        ]
    }

    proptest! {
        #[test]
        fn an_end_is_an_end_and_a_seat_changes_hands_never(steps in proptest::collection::vec((step(), 0_u64..200), 0..12)) {
            let mut now = 0;
            let mut membership = invited();
            for (step, wait) in steps {
                now += wait / 4;
                let before = membership.clone();
                let after = match step {
                    Step::Accept(by) => membership.clone().accept(person(by), at(now)),
                    Step::Revoke => membership.clone().revoke(),
                    Step::Expire => membership.clone().expire(at(now)),
                };
                let Ok(after) = after else { continue };
                let legal = match (&before.state, &after.state) {
                    (State::Invited { expires }, State::Granted { .. }) => at(now) <= *expires,
                    (State::Invited { expires }, State::Expired) => at(now) > *expires,
                    (State::Invited { .. }, State::Revoked { person: None }) => true,
                    (State::Granted { person }, State::Revoked { person: Some(was) }) => person == was,
                    _ => false,
                };
                prop_assert!(legal, "{:?} -> {:?}", before.state, after.state);
                membership = after;
            }
        }
    }

    #[test]
    fn an_invitation_works_once() {
        let granted = invited().accept(person(1), at(100)).unwrap();
        assert_eq!(granted.holder(), Some(person(1)));
        assert_eq!(granted.accept(person(2), at(1)), Err(StepError::Used));
    }

    #[test]
    fn an_organiser_names_judges_but_no_chair() {
        let edition = || EditionId::parse("contoh").unwrap();
        let organiser = Standing {
            organiser: true,
            ..Standing::default()
        };
        assert!(organiser.may_invite(&Seat::Edition(EditionOffice::Judge, edition())));
        assert!(!organiser.may_invite(&Seat::Edition(EditionOffice::Chair, edition())));
        assert!(!organiser.may_revoke(&Seat::Edition(EditionOffice::Judge, edition())));
    }

    #[test]
    fn a_platform_admin_names_chairs_and_nobody_else() {
        let edition = || EditionId::parse("contoh").unwrap();
        let admin = Standing {
            platform_admin: true,
            ..Standing::default()
        };
        assert!(admin.may_invite(&Seat::Edition(EditionOffice::Chair, edition())));
        assert!(!admin.may_invite(&Seat::Edition(EditionOffice::Judge, edition())));
    }
}
