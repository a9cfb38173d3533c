//! Resource names as in the contracts: `editions/{edition}/submissions/{submission}`.
//!
//! Written and read in one place, so that a name has one spelling everywhere.

use super::ids::{
    ChallengeId, EditionId, MembershipId, OrganisationId, PersonId, SubmissionId, WaveId,
};

/// A text that is no resource name of the kind wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have the form `{0}`")]
pub struct NameError(pub &'static str);

/// `editions/{edition}`.
pub fn edition(id: &EditionId) -> String {
    format!("editions/{id}")
}

/// `editions/{edition}/versions/{version}`.
pub fn version(edition: &EditionId, version: i32) -> String {
    format!("editions/{edition}/versions/{version}")
}

/// `editions/{edition}/waves/{wave}`.
pub fn wave(edition: &EditionId, wave: &WaveId) -> String {
    format!("editions/{edition}/waves/{wave}")
}

/// `editions/{edition}/challenges/{challenge}`.
pub fn challenge(edition: &EditionId, challenge: ChallengeId) -> String {
    format!("editions/{edition}/challenges/{challenge}")
}

/// `editions/{edition}/submissions/{submission}`.
pub fn submission(edition: &EditionId, submission: SubmissionId) -> String {
    format!("editions/{edition}/submissions/{submission}")
}

/// `editions/{edition}/submissions/{submission}/screening`.
pub fn screening(edition: &EditionId, submission: SubmissionId) -> String {
    format!("editions/{edition}/submissions/{submission}/screening")
}

/// `organisations/{organisation}`.
pub fn organisation(id: OrganisationId) -> String {
    format!("organisations/{id}")
}

/// `memberships/{membership}`.
pub fn membership(id: MembershipId) -> String {
    format!("memberships/{id}")
}

/// `persons/{person}`.
pub fn person(id: PersonId) -> String {
    format!("persons/{id}")
}

/// The aggregate id of a wave, `{edition}_{wave}`: slugs hold no underscore.
pub fn wave_aggregate(edition: &EditionId, wave: &WaveId) -> String {
    format!("{edition}_{wave}")
}

/// Reads `editions/{edition}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_edition(name: &str) -> Result<EditionId, NameError> {
    const FORM: &str = "editions/{edition}";
    let [id] = segments(name, ["editions"]).ok_or(NameError(FORM))?;
    EditionId::parse(id).map_err(|_| NameError(FORM))
}

/// Reads `editions/{edition}/versions/{version}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_version(name: &str) -> Result<(EditionId, i32), NameError> {
    const FORM: &str = "editions/{edition}/versions/{version}";
    let [edition, version] = segments(name, ["editions", "versions"]).ok_or(NameError(FORM))?;
    let edition = EditionId::parse(edition).map_err(|_| NameError(FORM))?;
    let version = version
        .parse()
        .ok()
        .filter(|v| *v > 0)
        .ok_or(NameError(FORM))?;
    Ok((edition, version))
}

/// Reads `editions/{edition}/waves/{wave}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_wave(name: &str) -> Result<(EditionId, WaveId), NameError> {
    const FORM: &str = "editions/{edition}/waves/{wave}";
    let [edition, wave] = segments(name, ["editions", "waves"]).ok_or(NameError(FORM))?;
    let edition = EditionId::parse(edition).map_err(|_| NameError(FORM))?;
    Ok((edition, WaveId::parse(wave).map_err(|_| NameError(FORM))?))
}

/// Reads `editions/{edition}/challenges/{challenge}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_challenge(name: &str) -> Result<(EditionId, ChallengeId), NameError> {
    const FORM: &str = "editions/{edition}/challenges/{challenge}";
    let [edition, id] = segments(name, ["editions", "challenges"]).ok_or(NameError(FORM))?;
    let edition = EditionId::parse(edition).map_err(|_| NameError(FORM))?;
    Ok((
        edition,
        ChallengeId::parse(id).map_err(|_| NameError(FORM))?,
    ))
}

/// Reads `editions/{edition}/submissions/{submission}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_submission(name: &str) -> Result<(EditionId, SubmissionId), NameError> {
    const FORM: &str = "editions/{edition}/submissions/{submission}";
    let [edition, id] = segments(name, ["editions", "submissions"]).ok_or(NameError(FORM))?;
    let edition = EditionId::parse(edition).map_err(|_| NameError(FORM))?;
    Ok((
        edition,
        SubmissionId::parse(id).map_err(|_| NameError(FORM))?,
    ))
}

/// Reads `editions/{edition}/submissions/{submission}/screening`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_screening(name: &str) -> Result<(EditionId, SubmissionId), NameError> {
    const FORM: &str = "editions/{edition}/submissions/{submission}/screening";
    let submission = name.strip_suffix("/screening").ok_or(NameError(FORM))?;
    parse_submission(submission).map_err(|_| NameError(FORM))
}

/// Reads `organisations/{organisation}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_organisation(name: &str) -> Result<OrganisationId, NameError> {
    const FORM: &str = "organisations/{organisation}";
    let [id] = segments(name, ["organisations"]).ok_or(NameError(FORM))?;
    OrganisationId::parse(id).map_err(|_| NameError(FORM))
}

/// Reads `memberships/{membership}`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_membership(name: &str) -> Result<MembershipId, NameError> {
    const FORM: &str = "memberships/{membership}";
    let [id] = segments(name, ["memberships"]).ok_or(NameError(FORM))?;
    MembershipId::parse(id).map_err(|_| NameError(FORM))
}

/// Reads `persons/{person}`; `None` for `persons/me`.
///
/// # Errors
/// [`NameError`] with the form wanted.
pub fn parse_person(name: &str) -> Result<Option<PersonId>, NameError> {
    const FORM: &str = "persons/{person}";
    match segments(name, ["persons"]).ok_or(NameError(FORM))? {
        ["me"] => Ok(None),
        [id] => PersonId::parse(id).map(Some).map_err(|_| NameError(FORM)),
    }
}

/// The ids of a name whose collections are these, in order.
fn segments<'a, const N: usize>(name: &'a str, collections: [&str; N]) -> Option<[&'a str; N]> {
    let mut parts = name.split('/');
    let mut ids = [""; N];
    for (id, collection) in ids.iter_mut().zip(collections) {
        if parts.next() != Some(collection) {
            return None;
        }
        *id = parts.next()?;
    }
    parts.next().is_none().then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_written() {
        let edition_id = EditionId::parse("contoh-2026").unwrap();
        let submission_id = SubmissionId::parse("0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b").unwrap();
        let written = submission(&edition_id, submission_id);
        assert_eq!(
            parse_submission(&written),
            Ok((edition_id.clone(), submission_id))
        );
        assert_eq!(
            parse_screening(&screening(&edition_id, submission_id)),
            Ok((edition_id, submission_id))
        );
    }

    #[test]
    fn a_name_with_a_part_too_many_or_too_few_is_refused() {
        for wrong in [
            "",
            "editions",
            "editions/",
            "editions/abc/",
            "editions/abc/waves",
            "edition/abc",
        ] {
            assert!(parse_edition(wrong).is_err(), "{wrong}");
        }
        assert!(parse_version("editions/abc/versions/0").is_err());
        assert_eq!(parse_person("persons/me"), Ok(None));
    }
}
