//! Who must not see what: the closure of everything known about identities, memberships and
//! declarations. A judge with a second e-mail is two persons joined by a link; what forbids one of
//! them forbids all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ids::{OrganisationId, PersonId, SubmissionId};

/// Why a judge must not see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// The submission is the judge's own.
    Own,
    /// The judge belongs to the organisation.
    Organisation,
    /// The judge, or whoever they may also be, works for whom it concerns.
    Employer,
    /// Declared by the judge or the organiser.
    Declared,
    /// The judge recused.
    Recused,
    /// The judge may be the same person as a member of the team.
    Identity,
}

impl ConflictKind {
    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Organisation => "organisation",
            Self::Employer => "employer",
            Self::Declared => "declared",
            Self::Recused => "recused",
            Self::Identity => "identity",
        }
    }

    /// The kind stored under a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Own,
            Self::Organisation,
            Self::Employer,
            Self::Declared,
            Self::Recused,
            Self::Identity,
        ]
        .into_iter()
        .find(|k| k.code() == code)
    }
}

/// A submission and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The submission.
    pub submission: SubmissionId,
    /// The organisation that submitted it.
    pub organisation: OrganisationId,
    /// Its members when it was sealed; later members come from memberships.
    pub members: Vec<PersonId>,
}

/// A link between a person and another identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Two persons who may be one.
    Persons(PersonId, PersonId),
    /// A person who is bound to an organisation, for instance by an employer's name.
    Organisation(PersonId, OrganisationId),
}

/// What a declared conflict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// One submission.
    Submission(SubmissionId),
    /// Everything of an organisation.
    Organisation(OrganisationId),
}

/// A conflict that was declared, or that follows from a recusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The judge.
    pub judge: PersonId,
    /// What about.
    pub subject: Subject,
    /// Why.
    pub kind: ConflictKind,
}

/// Everything known that can make a conflict.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The submissions in question.
    pub submissions: Vec<Owned>,
    /// Who belongs to which organisation now.
    pub memberships: Vec<(PersonId, OrganisationId)>,
    /// Identities that belong together.
    pub links: Vec<Link>,
    /// What was declared.
    pub declared: Vec<Declared>,
}

/// Every (submission, judge) pair that must not be, with the first reason found, in order of
/// [`ConflictKind`].
pub fn forbidden(
    known: &Known,
    judges: &[PersonId],
) -> BTreeMap<(SubmissionId, PersonId), ConflictKind> {
    let persons = Identities::from_links(&known.links);
    let mut by_organisation: BTreeMap<OrganisationId, BTreeSet<PersonId>> = BTreeMap::new();
    for (person, organisation) in &known.memberships {
        by_organisation
            .entry(*organisation)
            .or_default()
            .insert(persons.root(*person));
    }
    let mut employed: BTreeMap<OrganisationId, BTreeSet<PersonId>> = BTreeMap::new();
    for link in &known.links {
        if let Link::Organisation(person, organisation) = link {
            employed
                .entry(*organisation)
                .or_default()
                .insert(persons.root(*person));
        }
    }
    let mut declared: BTreeMap<(PersonId, Subject), ConflictKind> = BTreeMap::new();
    for d in &known.declared {
        let kind = declared
            .entry((persons.root(d.judge), d.subject))
            .or_insert(d.kind);
        *kind = (*kind).min(d.kind);
    }
    let nobody = BTreeSet::new();
    let mut pairs = BTreeMap::new();
    for owned in &known.submissions {
        let members: BTreeSet<_> = owned.members.iter().map(|m| persons.root(*m)).collect();
        let belongs = by_organisation.get(&owned.organisation).unwrap_or(&nobody);
        let works = employed.get(&owned.organisation).unwrap_or(&nobody);
        for judge in judges {
            let root = persons.root(*judge);
            let told = [
                Subject::Submission(owned.submission),
                Subject::Organisation(owned.organisation),
            ]
            .iter()
            .filter_map(|subject| declared.get(&(root, *subject)).copied())
            .min();
            let kind = if owned.members.contains(judge) {
                Some(ConflictKind::Own)
            } else if known.memberships.contains(&(*judge, owned.organisation)) {
                Some(ConflictKind::Organisation)
            } else if works.contains(&root) {
                Some(ConflictKind::Employer)
            } else if told.is_some() {
                told
            } else if members.contains(&root) || belongs.contains(&root) {
                Some(ConflictKind::Identity)
            } else {
                None
            };
            if let Some(kind) = kind {
                pairs.insert((owned.submission, *judge), kind);
            }
        }
    }
    pairs
}

/// Persons joined by links, as disjoint sets.
struct Identities(BTreeMap<PersonId, PersonId>);

impl Identities {
    fn from_links(links: &[Link]) -> Self {
        let mut sets = Self(BTreeMap::new());
        for link in links {
            if let Link::Persons(a, b) = link {
                let (a, b) = (sets.root(*a), sets.root(*b));
                // The smaller id stands for the set, so that the order of links does not matter.
                let (low, high) = if a <= b { (a, b) } else { (b, a) };
                sets.0.insert(high, low);
            }
        }
        sets
    }

    fn root(&self, person: PersonId) -> PersonId {
        let mut at = person;
        while let Some(next) = self.0.get(&at).filter(|next| **next != at) {
            at = *next;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn organisation(n: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(n))
    }

    fn submission(n: u128) -> SubmissionId {
        SubmissionId(Uuid::from_u128(n))
    }

    fn owned_by(members: &[u128]) -> Known {
        Known {
            submissions: vec![Owned {
                submission: submission(1),
                organisation: organisation(1),
                members: members.iter().map(|m| person(*m)).collect(),
            }],
            ..Known::default()
        }
    }

    fn kind(known: &Known, judge: u128) -> Option<ConflictKind> {
        forbidden(known, &[person(judge)])
            .get(&(submission(1), person(judge)))
            .copied()
    }

    #[test]
    fn a_judge_never_gets_their_own() {
        assert_eq!(kind(&owned_by(&[7]), 7), Some(ConflictKind::Own));
    }

    #[test]
    fn a_judge_with_a_second_identity_never_gets_their_own() {
        let mut known = owned_by(&[7]);
        known.links = vec![
            Link::Persons(person(9), person(8)),
            Link::Persons(person(8), person(7)),
        ];
        assert_eq!(kind(&known, 9), Some(ConflictKind::Identity));
        assert_eq!(kind(&known, 10), None);
    }

    #[test]
    fn whoever_joins_the_organisation_later_is_in_conflict() {
        let mut known = owned_by(&[7]);
        known.memberships = vec![(person(9), organisation(1))];
        assert_eq!(kind(&known, 9), Some(ConflictKind::Organisation));
    }

    #[test]
    fn an_employer_is_a_conflict_for_every_identity_of_the_judge() {
        let mut known = owned_by(&[7]);
        known.links = vec![
            Link::Organisation(person(8), organisation(1)),
            Link::Persons(person(8), person(9)),
        ];
        assert_eq!(kind(&known, 9), Some(ConflictKind::Employer));
    }

    #[test]
    fn a_recusal_forbids_the_judges_other_identities_too() {
        let mut known = owned_by(&[7]);
        known.declared = vec![Declared {
            judge: person(8),
            subject: Subject::Submission(submission(1)),
            kind: ConflictKind::Recused,
        }];
        known.links = vec![Link::Persons(person(8), person(9))];
        assert_eq!(kind(&known, 9), Some(ConflictKind::Recused));
    }

    proptest! {
        #[test]
        fn more_knowledge_never_frees_a_pair(
            links in prop::collection::vec((0u128..8, 0u128..8), 0..8),
            extra in (0u128..8, 0u128..8),
        ) {
            let judges: Vec<_> = (0..8).map(person).collect();
            let mut known = owned_by(&[0, 3]);
            known.links = links.iter().map(|(a, b)| Link::Persons(person(*a), person(*b))).collect();
            let before = forbidden(&known, &judges);
            known.links.push(Link::Persons(person(extra.0), person(extra.1)));
            let after = forbidden(&known, &judges);
            for pair in before.keys() {
                prop_assert!(after.contains_key(pair));
            }
        }

        #[test]
        fn the_order_of_links_does_not_matter(
            links in prop::collection::vec((0u128..8, 0u128..8), 0..8),
        ) {
            let judges: Vec<_> = (0..8).map(person).collect();
            let mut known = owned_by(&[0, 3]);
            known.links = links.iter().map(|(a, b)| Link::Persons(person(*a), person(*b))).collect();
            let forwards = forbidden(&known, &judges);
            known.links.reverse();
            prop_assert_eq!(forwards, forbidden(&known, &judges));
        }
    }
}
