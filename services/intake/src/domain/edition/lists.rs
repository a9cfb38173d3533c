//! Checks the lists of a definition: issues, waves, provinces, the form, screening criteria.

use std::collections::{BTreeMap, BTreeSet};

use winner_proto::intake::v1::{
    FieldDefinition, FieldType, FormDefinition, IssueDefinition, ProvinceDefinition,
    ScreeningCriterion, WaveDefinition,
};

use super::check::{title, window};
use super::problems::Problems;
use super::{ProvinceRules, WaveRules};
use crate::domain::form::{Field, FieldKind, Form};
use crate::domain::ids::{ChoiceId, CriterionId, FieldId, IssueId, WaveId};
use crate::domain::region::RegionCode;

/// Longest text of a field that states no limit, in characters.
const DEFAULT_CHARACTERS: u32 = 5_000;
/// Longest text that a field may allow, in characters.
const MOST_CHARACTERS: i32 = 20_000;

pub(super) fn issues(p: &mut Problems, issues: &[IssueDefinition]) -> BTreeSet<IssueId> {
    p.require(
        !issues.is_empty(),
        "issues",
        "REQUIRED",
        "an edition has at least one issue",
    );
    let mut known = BTreeSet::new();
    for (at, issue) in issues.iter().enumerate() {
        let path = format!("issues[{at}].issue_id");
        if let Some(id) = p.id(&path, IssueId::parse(&issue.issue_id)) {
            p.require(
                known.insert(id),
                path,
                "DUPLICATE",
                "this issue is listed twice",
            );
        }
        title(p, &format!("issues[{at}].title"), issue.title.as_ref());
    }
    known
}

pub(super) fn waves(p: &mut Problems, waves: &[WaveDefinition]) -> BTreeMap<WaveId, WaveRules> {
    p.require(
        !waves.is_empty(),
        "waves",
        "REQUIRED",
        "an edition has at least one wave",
    );
    let mut seen = BTreeSet::new();
    let mut known = BTreeMap::new();
    for (at, wave) in waves.iter().enumerate() {
        let here = format!("waves[{at}]");
        let id = p.id(format!("{here}.wave_id"), WaveId::parse(&wave.wave_id));
        if let Some(id) = &id {
            let path = format!("{here}.wave_id");
            p.require(
                seen.insert(id.clone()),
                path,
                "DUPLICATE",
                "this wave is listed twice",
            );
        }
        title(p, &format!("{here}.title"), wave.title.as_ref());
        let challenges = window(p, &format!("{here}.challenges"), wave.challenges.as_ref());
        let submissions = window(p, &format!("{here}.submissions"), wave.submissions.as_ref());
        if let (Some(id), Some(challenges), Some(submissions)) = (id, challenges, submissions) {
            p.require(
                challenges.opens < submissions.closes.at,
                format!("{here}.challenges.opens_at"),
                "AFTER_SUBMISSIONS",
                "challenges must open before submissions close",
            );
            known.insert(
                id,
                WaveRules {
                    challenges,
                    submissions,
                },
            );
        }
    }
    known
}

pub(super) fn provinces(
    p: &mut Problems,
    provinces: &[ProvinceDefinition],
    issues: &BTreeSet<IssueId>,
    waves: &BTreeMap<WaveId, WaveRules>,
) -> BTreeMap<RegionCode, ProvinceRules> {
    p.require(
        !provinces.is_empty(),
        "provinces",
        "REQUIRED",
        "at least one province takes part",
    );
    let mut known = BTreeMap::new();
    for (at, province) in provinces.iter().enumerate() {
        let here = format!("provinces[{at}]");
        let region = RegionCode::parse(&province.region_code)
            .ok()
            .filter(|code| code.is_province());
        p.require(
            region.is_some(),
            format!("{here}.region_code"),
            "UNKNOWN_PROVINCE",
            "must be the two digits of a province",
        );
        let validated = province_issues(p, &here, &province.issue_ids, issues);
        let wave = p.id(format!("{here}.wave_id"), WaveId::parse(&province.wave_id));
        if let Some(wave) = &wave {
            // A wave that is broken itself is told as such, not here again.
            let listed = waves.contains_key(wave);
            p.require(
                listed,
                format!("{here}.wave_id"),
                "UNKNOWN_WAVE",
                "no such wave is sound",
            );
        }
        if let (Some(region), Some(wave)) = (region, wave) {
            let first = known
                .insert(
                    region,
                    ProvinceRules {
                        issues: validated,
                        wave,
                    },
                )
                .is_none();
            let path = format!("{here}.region_code");
            p.require(first, path, "DUPLICATE", "this province is listed twice");
        }
    }
    known
}

fn province_issues(
    p: &mut Problems,
    here: &str,
    ids: &[String],
    issues: &BTreeSet<IssueId>,
) -> BTreeSet<IssueId> {
    p.require(
        !ids.is_empty(),
        format!("{here}.issue_ids"),
        "REQUIRED",
        "a province validates at least one issue",
    );
    let mut validated = BTreeSet::new();
    for (at, id) in ids.iter().enumerate() {
        let path = format!("{here}.issue_ids[{at}]");
        match IssueId::parse(id).ok().filter(|id| issues.contains(id)) {
            Some(id) => p.require(
                validated.insert(id),
                path,
                "DUPLICATE",
                "this issue is listed twice",
            ),
            None => p.add(path, "UNKNOWN_ISSUE", "the edition has no such issue"),
        }
    }
    validated
}

pub(super) fn form(p: &mut Problems, form: Option<&FormDefinition>) -> Form {
    let fields = form.map_or(&[][..], |form| &form.fields);
    p.require(
        !fields.is_empty(),
        "form.fields",
        "REQUIRED",
        "a form has at least one field",
    );
    let mut known = BTreeMap::new();
    for (at, definition) in fields.iter().enumerate() {
        let here = format!("form.fields[{at}]");
        title(p, &format!("{here}.title"), definition.title.as_ref());
        let kind = field_kind(p, &here, definition);
        let path = format!("{here}.field_id");
        let id = p.id(&path, FieldId::parse(&definition.field_id));
        if let (Some(id), Some(kind)) = (id, kind) {
            let field = Field {
                position: at,
                kind,
                required: definition.required,
                for_matching: definition.for_matching,
                for_judges: definition.for_judges,
            };
            let first = known.insert(id, field).is_none();
            p.require(first, path, "DUPLICATE", "this field is listed twice");
        }
    }
    Form::new(known)
}

fn field_kind(p: &mut Problems, here: &str, definition: &FieldDefinition) -> Option<FieldKind> {
    let kind = definition.r#type();
    p.require(
        kind == FieldType::Text || definition.max_characters == 0,
        format!("{here}.max_characters"),
        "NOT_A_TEXT",
        "only texts have a length",
    );
    p.require(
        kind == FieldType::Choices || definition.choices.is_empty(),
        format!("{here}.choices"),
        "NOT_CHOICES",
        "only FIELD_TYPE_CHOICES lists choices",
    );
    p.require(
        kind == FieldType::Text || !definition.for_matching,
        format!("{here}.for_matching"),
        "NOT_A_TEXT",
        "matching reads texts only",
    );
    match kind {
        FieldType::Text => {
            let stated = definition.max_characters;
            let path = format!("{here}.max_characters");
            let message = format!("must be 0 to {MOST_CHARACTERS}");
            p.require(
                (0..=MOST_CHARACTERS).contains(&stated),
                path,
                "OUT_OF_RANGE",
                message,
            );
            let limit = u32::try_from(stated).ok().filter(|limit| *limit > 0);
            Some(FieldKind::Text {
                max_characters: limit.unwrap_or(DEFAULT_CHARACTERS),
            })
        }
        FieldType::Integer => Some(FieldKind::Integer),
        FieldType::Decimal => Some(FieldKind::Decimal),
        FieldType::Boolean => Some(FieldKind::Boolean),
        FieldType::Choices => Some(FieldKind::Choices(choices(p, here, definition))),
        FieldType::Region => Some(FieldKind::Region),
        FieldType::Rupiah => Some(FieldKind::Rupiah),
        FieldType::File => Some(FieldKind::File),
        FieldType::Unspecified => {
            p.add(
                format!("{here}.type"),
                "REQUIRED",
                "the type of the answer is required",
            );
            None
        }
    }
}

fn choices(p: &mut Problems, here: &str, definition: &FieldDefinition) -> BTreeSet<ChoiceId> {
    let path = format!("{here}.choices");
    p.require(
        !definition.choices.is_empty(),
        path,
        "REQUIRED",
        "at least one choice is required",
    );
    let mut known = BTreeSet::new();
    for (at, choice) in definition.choices.iter().enumerate() {
        let here = format!("{here}.choices[{at}]");
        title(p, &format!("{here}.title"), choice.title.as_ref());
        let path = format!("{here}.choice_id");
        if let Some(id) = p.id(&path, ChoiceId::parse(&choice.choice_id)) {
            p.require(
                known.insert(id),
                path,
                "DUPLICATE",
                "this choice is listed twice",
            );
        }
    }
    known
}

pub(super) fn screening(
    p: &mut Problems,
    criteria: &[ScreeningCriterion],
) -> BTreeSet<CriterionId> {
    p.require(
        !criteria.is_empty(),
        "screening_criteria",
        "REQUIRED",
        "screening checks at least one criterion",
    );
    let mut known = BTreeSet::new();
    for (at, criterion) in criteria.iter().enumerate() {
        let path = format!("screening_criteria[{at}].criterion_id");
        if let Some(id) = p.id(&path, CriterionId::parse(&criterion.criterion_id)) {
            p.require(
                known.insert(id),
                path,
                "DUPLICATE",
                "this criterion is listed twice",
            );
        }
        title(
            p,
            &format!("screening_criteria[{at}].title"),
            criterion.title.as_ref(),
        );
    }
    known
}
