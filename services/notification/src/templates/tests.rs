//! Every message in both languages, as people get it.

use std::collections::BTreeSet;

use winner_notification_core::sms::segments::{Alphabet, cut};

use super::catalogue::variables_of;
use super::parsed::COLUMNS;
use super::*;
use crate::domain::language::Language;
use crate::domain::purpose::Purpose;

mod hostile;
mod seen;

fn templates() -> Templates {
    Templates::new(Links::new(samples::LINKS_BASE).unwrap()).unwrap()
}

fn cases() -> Vec<(&'static str, Notice)> {
    let all = Purpose::ALL.into_iter();
    all.flat_map(samples::notices).collect()
}

#[test]
fn every_message_reads_well_in_both_languages() {
    let templates = templates();
    let edition = samples::edition();
    for (name, notice) in cases() {
        for language in Language::ALL {
            let reader = samples::reader_of(&notice, language);
            let mail = templates.render(&notice, &edition, &reader).unwrap();
            let sms = templates.render_sms(&notice, &edition, &reader).unwrap();
            insta::assert_snapshot!(
                format!("{name}.{}", language.code()),
                format!(
                    "Subject: {}\n\n{}\n=== HTML, as it is seen ===\n{}\n=== SMS ===\n{sms}",
                    mail.subject,
                    mail.text,
                    seen::seen(&mail.html)
                )
            );
        }
    }
}

#[test]
fn the_html_of_a_mail_is_what_mail_programs_need() {
    let (_, notice) = samples::notices(Purpose::ResultPublished).swap_remove(0);
    let reader = samples::reader(Language::Indonesian);
    let mail = templates()
        .render(&notice, &samples::edition(), &reader)
        .unwrap();
    insta::assert_snapshot!(mail.html.replace('>', ">\n"));
}

#[test]
fn every_notice_gives_exactly_the_values_that_its_templates_may_use() {
    for (name, notice) in cases() {
        for channel in Channel::ALL {
            let reader = samples::reader(Language::English);
            let links = Links::new(samples::LINKS_BASE).unwrap();
            let given = values(&notice, &samples::edition(), &reader, &links, channel);
            let given: BTreeSet<_> = given.into_map().into_keys().collect();
            let listed: BTreeSet<_> = variables_of(notice.purpose())
                .iter()
                .filter(|variable| variable.is_for(channel))
                .map(|variable| variable.name)
                .collect();
            assert_eq!(given, listed, "{name} {channel:?}");
        }
    }
}

#[test]
fn made_up_data_says_so_everywhere_and_real_data_says_nothing() {
    let templates = templates();
    let edition = samples::edition();
    let real = EditionFace {
        data_notice: String::new(),
        ..edition.clone()
    };
    let reader = samples::reader(Language::English);
    for (name, notice) in cases() {
        let marked = templates.render(&notice, &edition, &reader).unwrap();
        assert!(marked.subject.starts_with("[DATA CONTOH] "));
        assert!(marked.text.contains("DATA CONTOH") && marked.html.contains("DATA CONTOH"));
        let sms = templates.render_sms(&notice, &edition, &reader).unwrap();
        assert!(sms.starts_with("(DATA CONTOH) WiNNER: "), "{sms}");
        let plain = templates.render(&notice, &real, &reader).unwrap();
        let sms = templates.render_sms(&notice, &real, &reader).unwrap();
        let all = [plain.subject, plain.text, plain.html, sms].concat();
        assert!(!all.contains("CONTOH"), "{name}");
    }
}

#[test]
fn a_rehearsal_says_that_its_reader_did_not_get_it() {
    let mut reader = samples::reader(Language::Indonesian);
    reader.redirected = true;
    let real = EditionFace {
        data_notice: String::new(),
        ..samples::edition()
    };
    let (_, notice) = samples::notices(Purpose::RoundOpened).swap_remove(0);
    let mail = templates().render(&notice, &real, &reader).unwrap();
    assert!(mail.subject.starts_with("[Gladi] "));
    assert!(mail.text.contains("dialihkan") && mail.html.contains("dialihkan"));
    let sms = templates().render_sms(&notice, &real, &reader).unwrap();
    assert!(sms.starts_with("(Gladi) WiNNER: "));
}

#[test]
fn only_a_reader_who_may_leave_is_shown_how() {
    let (_, notice) = samples::notices(Purpose::RoundOpened).swap_remove(0);
    let templates = templates();
    for language in Language::ALL {
        let mut reader = samples::reader(language);
        let none = templates
            .render(&notice, &samples::edition(), &reader)
            .unwrap();
        reader.unsubscribe_url = Some("https://winner.contoh.go.id/u/x".to_owned());
        let one = templates
            .render(&notice, &samples::edition(), &reader)
            .unwrap();
        let leave = words::words(language).unsubscribe;
        assert!(!none.text.contains(leave) && !none.html.contains(leave));
        assert!(one.text.contains("\nhttps://winner.contoh.go.id/u/x") && one.html.contains(leave));
    }
}

#[test]
fn an_invitation_to_a_team_names_no_edition() {
    let (_, invitation) = samples::notices(Purpose::Invitation).swap_remove(1);
    let reader = samples::reader(Language::Indonesian);
    let mail = templates()
        .render(&invitation, &EditionFace::default(), &reader)
        .unwrap();
    assert_eq!(mail.subject, "Undangan menjadi anggota tim");
    assert!(mail.text.contains("dikirim oleh WiNNER."));
}

#[test]
fn an_sms_carries_no_secret() {
    let (_, invitation) = samples::notices(Purpose::Invitation).swap_remove(0);
    for language in Language::ALL {
        let reader = samples::reader(language);
        let sms = templates()
            .render_sms(&invitation, &samples::edition(), &reader)
            .unwrap();
        assert!(
            !sms.contains(&reader.invitation_token) && !sms.contains("http"),
            "{sms}"
        );
    }
}

#[test]
fn plain_text_keeps_to_its_columns_except_for_what_cannot_be_broken() {
    let reader = samples::reader(Language::Indonesian);
    let templates = templates();
    for (_, notice) in cases() {
        let mail = templates
            .render(&notice, &samples::edition(), &reader)
            .unwrap();
        for line in mail.text.lines() {
            let breaks = line.chars().count() <= COLUMNS || !line.contains(' ');
            assert!(breaks, "{line}");
        }
    }
}

#[test]
fn every_link_in_an_sms_keeps_to_the_length_that_the_catalogue_says() {
    let base = format!("https://{}/", "w".repeat(Links::LONGEST_IN_SMS - 9));
    let templates = Templates::new(Links::new(&base).unwrap()).unwrap();
    let edition = EditionFace {
        edition_id: "e".repeat(40),
        ..samples::edition()
    };
    for (name, notice) in cases() {
        for language in Language::ALL {
            let reader = samples::reader(language);
            let sms = templates.render_sms(&notice, &edition, &reader).unwrap();
            let segments = cut(&sms).unwrap();
            assert_eq!(segments.alphabet, Alphabet::Gsm7, "{name}: {sms}");
            assert!(segments.units <= 160, "{name}: {} {sms}", segments.units);
        }
    }
}
