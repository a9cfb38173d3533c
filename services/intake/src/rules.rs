//! The rules of editions, kept in memory: a version never changes, so what was read once is right
//! for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::PgConnection;
use winner_proto::intake::v1::EditionDefinition;

use crate::domain::edition::EditionRules;
use crate::domain::edition::check::check;
use crate::domain::ids::EditionId;
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::{editions, inconsistent};

/// At most this many versions are kept.
const CAPACITY: usize = 256;

type Known = HashMap<(EditionId, i32), Arc<EditionRules>>;

/// The rules of editions, by version. Cheap to clone; clones share what they hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct RulesCache {
    known: Arc<Mutex<Known>>,
}

impl RulesCache {
    /// The rules of one version.
    ///
    /// # Errors
    /// [`Refusal::Store`]; a version that is cited and not there is inconsistent.
    pub(crate) async fn version(
        &self,
        conn: &mut PgConnection,
        edition: &EditionId,
        version: i32,
    ) -> Result<Arc<EditionRules>, Refusal> {
        let key = (edition.clone(), version);
        if let Some(rules) = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Ok(Arc::clone(rules));
        }
        let wrong = || inconsistent("edition_versions", "definition");
        let row = editions::find_version(conn, edition, version)
            .await?
            .ok_or_else(wrong)?;
        let rules = Arc::new(read(&row.definition).ok_or_else(wrong)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(key, Arc::clone(&rules));
        drop(known);
        Ok(rules)
    }

    /// An edition with the rules in force.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Store`].
    pub(crate) async fn current(
        &self,
        conn: &mut PgConnection,
        edition: &EditionId,
    ) -> Result<(EditionRow, Arc<EditionRules>), Refusal> {
        let row = editions::find(conn, edition)
            .await?
            .ok_or_else(|| no_edition(edition))?;
        let rules = self.version(conn, edition, row.version).await?;
        Ok((row, rules))
    }

    /// The same for an edition that is open.
    ///
    /// # Errors
    /// As [`Self::current`], and [`Refusal::Precondition`] while it is not open.
    pub(crate) async fn open(
        &self,
        conn: &mut PgConnection,
        edition: &EditionId,
    ) -> Result<(EditionRow, Arc<EditionRules>), Refusal> {
        let (row, rules) = self.current(conn, edition).await?;
        if row.state == EditionState::Open {
            Ok((row, rules))
        } else {
            let text = "the edition is not open";
            Err(Refusal::precondition(
                "EDITION_NOT_OPEN",
                names::edition(edition),
                text,
            ))
        }
    }
}

/// No such edition.
pub(crate) fn no_edition(edition: &EditionId) -> Refusal {
    Refusal::NotFound("edition", names::edition(edition))
}

fn read(definition: &str) -> Option<EditionRules> {
    let definition: EditionDefinition = serde_json::from_str(definition).ok()?;
    check(&definition).ok()
}
