//! Names and titles that want to be more than words.

use super::*;
use crate::domain::language::Text;

const HOSTILE: [&str; 6] = [
    "{{ link }}{% set x = 1 %}{# a #}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x='",
    "\u{202e}gnp.exe\u{2066}\u{200f}",
    "Contoh\r\nBcc: x@y.test\0\n.\n",
    "</td></table><!-- <mj-raw>",
];

fn everywhere(word: &str) -> (EditionFace, Vec<Notice>, Addressee) {
    let text = Text {
        id: word.to_owned(),
        en: word.to_owned(),
    };
    let edition = EditionFace {
        title: text.clone(),
        rounds: [("seleksi-meja".to_owned(), text.clone())].into(),
        data_notice: word.to_owned(),
        ..samples::edition()
    };
    let notices = cases().into_iter().map(|(_, mut notice)| {
        match &mut notice {
            Notice::MatchProposed {
                challenge_title, ..
            }
            | Notice::MatchAnswered {
                challenge_title, ..
            } => *challenge_title = text.clone(),
            Notice::WebhookDisabled { host, .. } => word.clone_into(host),
            _ => {}
        }
        notice
    });
    let mut reader = samples::reader(Language::Indonesian);
    reader.display_name = word.to_owned();
    (edition, notices.collect(), reader)
}

#[test]
fn what_people_write_never_becomes_markup_template_or_header() {
    let templates = templates();
    let tags = |html: &str| html.matches('<').count();
    for word in HOSTILE {
        let (tame_edition, tame, tame_reader) = everywhere("Halo");
        let (edition, notices, reader) = everywhere(word);
        for (notice, tame) in notices.iter().zip(&tame) {
            let mail = templates.render(notice, &edition, &reader).unwrap();
            let tame = templates.render(tame, &tame_edition, &tame_reader).unwrap();
            assert_eq!(tags(&mail.html), tags(&tame.html), "{word:?}");
            assert!(!mail.html.contains("onmouseover=\"alert"));
            assert_eq!(
                mail.html.matches('"').count(),
                tame.html.matches('"').count()
            );
            assert!(!mail.subject.contains(char::is_control));
            let sms = templates.render_sms(notice, &edition, &reader).unwrap();
            assert!(!sms.contains(char::is_control), "{sms:?}");
            for part in [&mail.subject, &mail.text, &mail.html, &sms] {
                assert!(!part.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\0', '\r']));
            }
        }
    }
    let (edition, notices, reader) = everywhere(HOSTILE[0]);
    let mail = templates.render(&notices[0], &edition, &reader).unwrap();
    assert!(mail.html.contains("{{ link }}") && mail.text.contains("{{ link }}"));
}

#[test]
fn a_name_of_a_megabyte_makes_a_mail_of_ordinary_length() {
    let templates = templates();
    for letter in ["x", "kata ", "\u{1f600}", "\u{200f}", "[", "&"] {
        let word = letter.repeat(1_000_000 / letter.len());
        let (edition, notices, reader) = everywhere(&word);
        for notice in notices {
            let mail = templates.render(&notice, &edition, &reader).unwrap();
            assert!(mail.html.len() < 40_000, "{}", mail.html.len());
            assert!(mail.text.len() < 4_000 && mail.subject.len() < 1_500);
            let sms = templates.render_sms(&notice, &edition, &reader).unwrap();
            assert_eq!(cut(&sms).unwrap().parts.len(), 1, "{sms}");
        }
    }
}

#[test]
fn a_title_with_line_breaks_makes_one_line_of_subject() {
    let (edition, notices, reader) = everywhere(HOSTILE[4]);
    let mail = templates().render(&notices[0], &edition, &reader).unwrap();
    assert_eq!(
        mail.subject,
        "[Contoh Bcc: x@y.test .] Undangan menjadi juri – Contoh Bcc: x@y.test ."
    );
}
