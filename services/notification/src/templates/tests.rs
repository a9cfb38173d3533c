//! Every mail in both languages, as people get it.

use uuid::Uuid;
use winner_platform::BusinessTime;

use super::*;
use crate::domain::language::Text;
use crate::domain::notice::{MatchAnswer, Notice, Office, Outcome};
use crate::domain::zone::Zone;

fn at(text: &str) -> BusinessTime {
    BusinessTime::parse_rfc3339(text).unwrap()
}

fn id(last: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_a1b2_0000 + last)
}

fn text(id: &str, en: &str) -> Text {
    Text {
        id: id.to_owned(),
        en: en.to_owned(),
    }
}

fn templates() -> Templates {
    Templates::new(Links::new("https://winner.example/").unwrap()).unwrap()
}

fn edition() -> EditionFace {
    EditionFace {
        edition_id: "contoh-2026".to_owned(),
        title: text("Contoh Enam Provinsi 2026", "Example of Six Provinces 2026"),
        data_notice: "DATA CONTOH".to_owned(),
        rounds: [(
            "seleksi-meja".to_owned(),
            text("Seleksi Meja", "Desk Review"),
        )]
        .into(),
    }
}

fn reader(language: Language) -> Addressee {
    Addressee {
        display_name: "Ani <Sulastri> & Rekan".to_owned(),
        language,
        zone: Zone::Wita,
        invitation_token: "rahasia-123".to_owned(),
        redirected: false,
        unsubscribe_url: None,
    }
}

fn notices() -> Vec<(&'static str, Notice)> {
    let challenge_title = text("Sampah di pasar <Terong>", "Waste in <Terong> market");
    let round_id = "seleksi-meja".to_owned();
    vec![
        (
            "invitation",
            Notice::Invitation {
                membership_id: id(1),
                office: Office::Judge,
                expires_at: at("2026-12-08T05:00:00Z"),
            },
        ),
        (
            "submission_received",
            Notice::SubmissionReceived {
                submission_id: id(2),
                version: 1,
                content_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                    .to_owned(),
                arrived_at: at("2026-12-01T04:59:59.999Z"),
            },
        ),
        (
            "outcome_eligible",
            Notice::OutcomeAnnounced {
                submission_id: id(2),
                outcome: Outcome::Eligible,
            },
        ),
        (
            "outcome_ineligible",
            Notice::OutcomeAnnounced {
                submission_id: id(2),
                outcome: Outcome::Ineligible,
            },
        ),
        (
            "outcome_needs_correction",
            Notice::OutcomeAnnounced {
                submission_id: id(2),
                outcome: Outcome::NeedsCorrection,
            },
        ),
        (
            "match_proposed",
            Notice::MatchProposed {
                match_id: id(3),
                submission_id: id(2),
                challenge_title: challenge_title.clone(),
            },
        ),
        (
            "match_accepted",
            Notice::MatchAnswered {
                match_id: id(3),
                submission_id: id(2),
                challenge_title: challenge_title.clone(),
                answer: MatchAnswer::Accepted,
            },
        ),
        (
            "match_declined",
            Notice::MatchAnswered {
                match_id: id(3),
                submission_id: id(2),
                challenge_title,
                answer: MatchAnswer::Declined,
            },
        ),
        (
            "round_opened",
            Notice::RoundOpened {
                round_id: round_id.clone(),
                scoring_closes_at: at("2027-01-15T10:00:00Z"),
            },
        ),
        (
            "webhook_gone",
            Notice::WebhookDisabled {
                webhook_id: id(4),
                host: "kabar.contoh.test".to_owned(),
                gone: true,
            },
        ),
        (
            "webhook_failing",
            Notice::WebhookDisabled {
                webhook_id: id(4),
                host: "kabar.contoh.test".to_owned(),
                gone: false,
            },
        ),
        (
            "assignment_added",
            Notice::AssignmentAdded {
                round_id: round_id.clone(),
            },
        ),
        (
            "panel_short",
            Notice::PanelShort {
                round_id: round_id.clone(),
                submission_id: id(2),
            },
        ),
        (
            "result_published",
            Notice::ResultPublished {
                round_id,
                objections_until: at("2027-02-01T10:00:00Z"),
            },
        ),
    ]
}

fn as_people_get_it(mail: &Rendered) -> String {
    format!(
        "Subject: {}\n\n{}\n=== HTML ===\n{}",
        mail.subject, mail.text, mail.html
    )
}

#[test]
fn every_mail_reads_well_in_both_languages() {
    let templates = templates();
    for (name, notice) in notices() {
        for language in Language::ALL {
            let mail = templates
                .render(&notice, &edition(), &reader(language))
                .unwrap();
            insta::assert_snapshot!(
                format!("{name}.{}", language.code()),
                as_people_get_it(&mail)
            );
        }
    }
}

#[test]
fn every_template_is_rendered_by_some_notice() {
    let rendered: std::collections::BTreeSet<_> = notices()
        .iter()
        .map(|(_, notice)| notice.template())
        .collect();
    let shipped: std::collections::BTreeSet<_> = MAILS.iter().map(|(name, _, _)| *name).collect();
    assert_eq!(rendered, shipped);
}

#[test]
fn a_name_never_becomes_markup_or_template() {
    let mut reader = reader(Language::Indonesian);
    reader.display_name = "{{ link }}<script>alert(1)</script>".to_owned();
    for (_, notice) in notices() {
        let mail = templates().render(&notice, &edition(), &reader).unwrap();
        assert!(!mail.html.contains("<script>"), "{}", notice.template());
        assert!(mail.html.contains("{{ link }}"), "{}", notice.template());
    }
}

#[test]
fn made_up_data_says_so_in_subject_and_body_and_real_data_says_nothing() {
    let real = EditionFace {
        data_notice: String::new(),
        ..edition()
    };
    for (_, notice) in notices() {
        let marked = templates()
            .render(&notice, &edition(), &reader(Language::English))
            .unwrap();
        assert!(marked.subject.starts_with("[DATA CONTOH] "));
        assert!(marked.text.contains("DATA CONTOH") && marked.html.contains("DATA CONTOH"));
        let plain = templates()
            .render(&notice, &real, &reader(Language::English))
            .unwrap();
        assert!(
            !as_people_get_it(&plain).contains("CONTOH"),
            "{}",
            notice.template()
        );
    }
}

#[test]
fn a_title_with_line_breaks_makes_one_line_of_subject() {
    let mut edition = edition();
    edition.title = text("Contoh\r\nBcc: x@y.test", "");
    let (_, invitation) = notices().swap_remove(0);
    let mail = templates()
        .render(&invitation, &edition, &reader(Language::Indonesian))
        .unwrap();
    assert!(!mail.subject.contains(['\r', '\n']));
}

#[test]
fn an_invitation_to_a_team_names_no_edition() {
    let invitation = Notice::Invitation {
        membership_id: id(1),
        office: Office::Member,
        expires_at: at("2026-12-08T05:00:00Z"),
    };
    let mail = templates()
        .render(
            &invitation,
            &EditionFace::default(),
            &reader(Language::Indonesian),
        )
        .unwrap();
    assert_eq!(mail.subject, "Undangan sebagai anggota tim");
}

#[test]
fn plain_text_keeps_to_its_columns_except_for_what_cannot_be_broken() {
    for (_, notice) in notices() {
        let mail = templates()
            .render(&notice, &edition(), &reader(Language::Indonesian))
            .unwrap();
        for line in mail
            .text
            .lines()
            .filter(|line| line.chars().count() > COLUMNS)
        {
            assert!(
                line.contains("https://") || line.contains("SHA-256"),
                "{line}"
            );
        }
    }
}
