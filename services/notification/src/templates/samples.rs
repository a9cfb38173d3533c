//! Believable messages, for previews and tests: every notice in each of its forms, all of it made up.

use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::{Addressee, EditionFace};
use crate::domain::language::{Language, Text};
use crate::domain::notice::{MatchAnswer, Notice, Office, Outcome};
use crate::domain::purpose::Purpose;
use crate::domain::zone::Zone;

/// What their links begin with.
pub const LINKS_BASE: &str = "https://winner.contoh.go.id/";

const ROUND: &str = "seleksi-meja";

fn text(id: &str, en: &str) -> Text {
    Text {
        id: id.to_owned(),
        en: en.to_owned(),
    }
}

fn id(last: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_a1b2_0000 + last)
}

/// The edition of the samples.
pub fn edition() -> EditionFace {
    EditionFace {
        edition_id: "contoh-2026".to_owned(),
        title: text(
            "Kompetisi Contoh Wirausaha Sosial 2026",
            "Example Competition for Social Enterprises 2026",
        ),
        data_notice: "DATA CONTOH".to_owned(),
        rounds: [(ROUND.to_owned(), text("Seleksi Meja", "Desk Review"))].into(),
    }
}

/// The reader of a sample, who may leave what they may do without.
pub fn reader_of(notice: &Notice, language: Language) -> Addressee {
    let leave = format!("{LINKS_BASE}u/4f7k2m9xq1");
    Addressee {
        unsubscribe_url: notice.is_informative().then_some(leave),
        ..reader(language)
    }
}

/// The reader of the samples.
pub fn reader(language: Language) -> Addressee {
    Addressee {
        display_name: "Ani Sulastri".to_owned(),
        language,
        zone: Zone::Wita,
        invitation_token: "Zk3uT0q9mC5xv2Lr7wYbNd8eHs1fGa4pJoQiVt6RyKM".to_owned(),
        redirected: false,
        unsubscribe_url: None,
    }
}

/// Every form of a purpose's notice, by name; the first is what a preview shows.
pub fn notices(purpose: Purpose) -> Vec<(&'static str, Notice)> {
    let at = |moment: OffsetDateTime| BusinessTime::from_offset(moment);
    let challenge_title = text(
        "Sampah organik di Pasar Terong, Makassar",
        "Organic waste in Terong market, Makassar",
    );
    let round_id = ROUND.to_owned();
    let (membership_id, submission_id, match_id) = (id(1), id(2), id(3));
    match purpose {
        Purpose::Invitation => [
            ("invitation", Office::Judge),
            ("invitation_member", Office::Member),
        ]
        .map(|(name, office)| {
            let notice = Notice::Invitation {
                membership_id,
                office,
                expires_at: at(datetime!(2026-12-08 05:00 UTC)),
            };
            (name, notice)
        })
        .into(),
        Purpose::SubmissionReceived => vec![(
            "submission_received",
            Notice::SubmissionReceived {
                submission_id,
                version: 1,
                content_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                    .to_owned(),
                arrived_at: at(datetime!(2026-12-01 04:59:48.999 UTC)),
            },
        )],
        Purpose::OutcomeAnnounced => [
            ("outcome_eligible", Outcome::Eligible),
            ("outcome_ineligible", Outcome::Ineligible),
            ("outcome_needs_correction", Outcome::NeedsCorrection),
        ]
        .map(|(name, outcome)| {
            let notice = Notice::OutcomeAnnounced {
                submission_id,
                outcome,
            };
            (name, notice)
        })
        .into(),
        Purpose::MatchProposed => vec![(
            "match_proposed",
            Notice::MatchProposed {
                match_id,
                submission_id,
                challenge_title,
            },
        )],
        Purpose::MatchAnswered => [
            ("match_accepted", MatchAnswer::Accepted),
            ("match_declined", MatchAnswer::Declined),
        ]
        .map(|(name, answer)| {
            let notice = Notice::MatchAnswered {
                match_id,
                submission_id,
                challenge_title: challenge_title.clone(),
                answer,
            };
            (name, notice)
        })
        .into(),
        Purpose::RoundOpened => vec![(
            "round_opened",
            Notice::RoundOpened {
                round_id,
                scoring_closes_at: at(datetime!(2027-01-15 10:00 UTC)),
            },
        )],
        Purpose::AssignmentAdded => {
            vec![("assignment_added", Notice::AssignmentAdded { round_id })]
        }
        Purpose::PanelShort => vec![(
            "panel_short",
            Notice::PanelShort {
                round_id,
                submission_id,
            },
        )],
        Purpose::ResultPublished => vec![(
            "result_published",
            Notice::ResultPublished {
                round_id,
                objections_until: at(datetime!(2027-02-01 10:00 UTC)),
            },
        )],
        Purpose::WebhookDisabled => [("webhook_failing", false), ("webhook_gone", true)]
            .map(|(name, gone)| {
                let notice = Notice::WebhookDisabled {
                    webhook_id: id(4),
                    host: "dasbor.contoh.go.id".to_owned(),
                    gone,
                };
                (name, notice)
            })
            .into(),
    }
}
