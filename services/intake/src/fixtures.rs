//! Made-up data for tests (DATA CONTOH).
#![expect(
    clippy::unnecessary_wraps,
    reason = "the fields of messages are optional"
)]

use pbjson_types::{Duration, Timestamp};
use winner_platform::BusinessTime;
use winner_proto::intake::v1 as intake;
use winner_proto::types::v1 as types;

/// A moment.
pub(crate) fn at(text: &str) -> BusinessTime {
    BusinessTime::parse_rfc3339(text).unwrap()
}

fn stamp(text: &str) -> Option<Timestamp> {
    let (seconds, nanos) = at(text).to_timestamp();
    Some(Timestamp { seconds, nanos })
}

/// A text with an English form.
pub(crate) fn text(id: &str) -> Option<types::LocalizedText> {
    Some(types::LocalizedText {
        id: id.to_owned(),
        en: format!("{id} (en)"),
    })
}

fn window(opens: &str, closes: &str) -> Option<types::Window> {
    Some(types::Window {
        opens_at: stamp(opens),
        closes_at: Some(types::Deadline {
            at: stamp(closes),
            whole_second: true,
        }),
    })
}

fn days(days: i64) -> Option<Duration> {
    Some(Duration {
        seconds: days * 86_400,
        nanos: 0,
    })
}

/// When the first wave's submissions close: a whole second.
pub(crate) const DEADLINE: &str = "2026-02-20T11:59:59+07:00";

fn field(id: &str, kind: intake::FieldType, required: bool) -> intake::FieldDefinition {
    intake::FieldDefinition {
        field_id: id.to_owned(),
        title: text(id),
        r#type: kind.into(),
        required,
        for_matching: kind == intake::FieldType::Text,
        for_judges: true,
        ..Default::default()
    }
}

fn criterion(id: &str, weight: i32) -> intake::Criterion {
    intake::Criterion {
        criterion_id: id.to_owned(),
        title: text(id),
        weight_thousandths: weight,
        min_thousandths: 1_000,
        max_thousandths: 5_000,
        step_thousandths: 500,
    }
}

/// A sound edition: two waves, three provinces, two issues.
pub(crate) fn definition(edition: &str) -> intake::EditionDefinition {
    let province = |code: &str, wave: &str, issues: &[&str]| intake::ProvinceDefinition {
        region_code: code.to_owned(),
        issue_ids: issues.iter().map(|&id| id.to_owned()).collect(),
        wave_id: wave.to_owned(),
    };
    let issue = |id: &str| intake::IssueDefinition {
        issue_id: id.to_owned(),
        title: text(id),
    };
    let wave = |id: &str, closes: &str| intake::WaveDefinition {
        wave_id: id.to_owned(),
        title: text(id),
        challenges: window("2026-01-05T00:00:00+07:00", "2026-02-05T23:59:59+07:00"),
        submissions: window("2026-02-06T00:00:00+07:00", closes),
    };
    let mut sector = field("sektor", intake::FieldType::Choices, false);
    sector.choices = ["air", "sampah"]
        .iter()
        .map(|&id| intake::ChoiceDefinition {
            choice_id: id.to_owned(),
            title: text(id),
        })
        .collect();
    let mut remark = field("catatan", intake::FieldType::Text, false);
    (
        remark.max_characters,
        remark.for_matching,
        remark.for_judges,
    ) = (20, false, false);
    intake::EditionDefinition {
        edition_id: edition.to_owned(),
        purpose: intake::EditionPurpose::Test.into(),
        title: text("Kompetisi Contoh"),
        issues: vec![issue("air-bersih"), issue("sampah")],
        provinces: vec![
            province("36", "gelombang-1", &["air-bersih", "sampah"]),
            province("53", "gelombang-1", &["air-bersih"]),
            province("73", "gelombang-2", &["sampah"]),
        ],
        waves: vec![
            wave("gelombang-1", DEADLINE),
            wave("gelombang-2", "2026-06-11T23:59:59+07:00"),
        ],
        form: Some(intake::FormDefinition {
            fields: vec![
                field("ringkasan", intake::FieldType::Text, true),
                field("biaya", intake::FieldType::Rupiah, true),
                sector,
                remark,
            ],
        }),
        screening_criteria: ["lengkap", "layak"]
            .iter()
            .map(|&id| intake::ScreeningCriterion {
                criterion_id: id.to_owned(),
                title: text(id),
            })
            .collect(),
        matching: Some(intake::MatchingRules {
            proposals_per_submission: 3,
            answer_window: days(7),
        }),
        rounds: vec![intake::RoundDefinition {
            round_id: "seleksi-meja".to_owned(),
            title: text("Seleksi meja"),
            kind: intake::RoundKind::Desk.into(),
            rubric: Some(intake::Rubric {
                criteria: vec![criterion("kebaruan", 400), criterion("dampak", 600)],
            }),
            min_reviews: 3,
            max_load: 20,
            minutes_per_review: 45,
            scoring: window("2026-07-01T00:00:00+07:00", "2026-07-14T23:59:59+07:00"),
            method: intake::AggregationMethod::Mean.into(),
            tie_breaks: vec![
                intake::TieBreak::CriteriaInOrder.into(),
                intake::TieBreak::Lottery.into(),
            ],
            shortlist_per_province: 3,
            approvals: 2,
        }],
        notification: Some(intake::NotificationRules {
            delivery_mode: intake::DeliveryMode::Live.into(),
            redirect_to: String::new(),
        }),
        objection_window: days(5),
        retention: days(365),
        data_notice: "DATA CONTOH".to_owned(),
    }
}
