//! What the reactions share: looking up whom an announcement is for, and making it.

use uuid::Uuid;
use winner_messaging::{Ledger, ReactionError, Received, Unit};
use winner_proto::intake::v1::RecipientRole;

use crate::commands::adopt_edition::adopt_edition;
use crate::commands::announce::{Habits, announce};
use crate::directory::Directory;
use crate::domain::announcement::{Announcement, Audience, Senseless};
use crate::jobs::wake::Wake;
use crate::store::editions::{self, EditionCopy};
use crate::store::messages::Recipient;

/// Makes announcements. Cheap to clone.
#[derive(Clone)]
pub struct Announcer {
    /// Where messages are kept.
    pub ledger: Ledger,
    /// Whom to ask.
    pub directory: Directory,
    /// How this installation announces.
    pub habits: Habits,
    /// Tells the sender that there is something to do.
    pub wake: Wake,
}

/// What was looked up for an event.
#[derive(Debug)]
pub enum Prepared {
    /// The event tells nobody anything.
    Nothing,
    /// An edition's rules.
    Edition(Box<EditionCopy>),
    /// An announcement and its readers.
    Announcement(Box<Readers>),
}

/// An announcement, and whom it is for.
#[derive(Debug)]
pub struct Readers {
    announcement: Announcement,
    recipients: Vec<Recipient>,
    /// The edition's rules, where they were not known here.
    edition: Option<EditionCopy>,
}

impl From<Senseless> for ReactionError {
    fn from(senseless: Senseless) -> Self {
        Self::rejected("senseless_event", senseless)
    }
}

impl Announcer {
    /// Looks up everybody whom an announcement is for, and the edition where it is not known.
    ///
    /// # Errors
    /// [`ReactionError`]
    pub async fn prepare(
        &self,
        announced: Result<Announcement, Senseless>,
    ) -> Result<Prepared, ReactionError> {
        let announcement = announced?;
        let edition_id = announcement.edition_id.as_str();
        let edition =
            if edition_id.is_empty() || editions::is_known(self.ledger.pool(), edition_id).await? {
                None
            } else {
                Some(self.directory.edition(edition_id, None).await?)
            };
        let recipients = self.readers(&announcement).await?;
        Ok(Prepared::Announcement(Box::new(Readers {
            announcement,
            recipients,
            edition,
        })))
    }

    async fn readers(&self, announcement: &Announcement) -> Result<Vec<Recipient>, ReactionError> {
        let edition_id = announcement.edition_id.as_str();
        let (role, subject) = match &announcement.audience {
            Audience::Invited(membership) => return Ok(vec![Recipient::Membership(*membership)]),
            Audience::Persons(persons) => {
                return Ok(persons.iter().copied().map(Recipient::Person).collect());
            }
            Audience::Team(submission) => (RecipientRole::Team, submission.to_string()),
            Audience::Officials(challenge) => (RecipientRole::Officials, challenge.to_string()),
            Audience::Organisers => (RecipientRole::Organisers, edition_id.to_owned()),
            Audience::EligibleTeams => (RecipientRole::EligibleTeams, edition_id.to_owned()),
        };
        let persons = self
            .directory
            .recipients(edition_id, role, &subject)
            .await?;
        if persons.is_empty() {
            tracing::warn!(edition_id, ?role, "announcement.without_readers");
        }
        Ok(persons.into_iter().map(Recipient::Person).collect())
    }

    /// Stores what was looked up, in the transaction that takes the event.
    ///
    /// # Errors
    /// [`ReactionError::Store`]
    pub async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        prepared: Prepared,
    ) -> Result<(), ReactionError> {
        self.make(unit, event.id, prepared).await
    }

    /// The same for what no event of another service caused; `cause` names it, however often it is tried.
    ///
    /// # Errors
    /// [`ReactionError::Store`]
    pub async fn make(
        &self,
        unit: &mut Unit,
        cause: Uuid,
        prepared: Prepared,
    ) -> Result<(), ReactionError> {
        match prepared {
            Prepared::Nothing => {}
            Prepared::Edition(copy) => {
                adopt_edition(unit, &copy).await?;
                self.wake.senders();
            }
            Prepared::Announcement(readers) => {
                let Readers {
                    announcement,
                    recipients,
                    edition,
                } = *readers;
                if let Some(copy) = edition {
                    adopt_edition(unit, &copy).await?;
                }
                let created = announce(
                    unit,
                    cause,
                    &announcement,
                    &recipients,
                    &self.habits,
                    self.ledger.clock().business(),
                    self.ledger.ids(),
                )
                .await?;
                tracing::info!(
                    event_id = %cause,
                    template = announcement.notice.template(),
                    created,
                    "announcement.made"
                );
                self.wake.senders();
            }
        }
        Ok(())
    }
}
