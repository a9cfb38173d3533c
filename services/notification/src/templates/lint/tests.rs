//! The shipped files are clean, and each kind of fault is found where it was put.

use super::*;

/// What is found when a file's text is another.
fn found(file: &str, change: impl FnOnce(&str) -> String) -> Vec<Finding> {
    let set = Set::shipped();
    let text = change(set.get(file).unwrap());
    assert_ne!(text, set.get(file).unwrap(), "nothing was changed");
    lint(&set.with(file, text))
}

/// The one finding, by rule, file and line.
#[track_caller]
fn only(findings: &[Finding], rule: Rule, file: &str, line: impl Into<Option<usize>>) {
    let [finding] = findings else {
        panic!("{findings:#?}");
    };
    let seen = (finding.rule, finding.file.as_str(), finding.line);
    assert_eq!(seen, (rule, file, line.into()), "{finding}");
    assert!(!finding.remedy.is_empty());
}

const MAIL: &str = "id/round_opened.mjml";
const TEXT: &str = "id/round_opened.txt.jinja";
const SMS: &str = "id/round_opened.sms.jinja";

#[test]
fn the_shipped_templates_have_no_fault() {
    let findings: Vec<_> = lint(&Set::shipped())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn an_unknown_variable_is_found() {
    for (file, line) in [(MAIL, 10), (TEXT, 3), (SMS, 1)] {
        let findings = found(file, |text| {
            let (first, rest) = text.split_once("Anda").unwrap();
            format!("{first}{{{{ nama }}}}{rest}")
        });
        only(&findings, Rule::UnknownVariable, file, line);
        assert!(findings[0].to_string().contains("`nama`"));
    }
    let findings = found("parts/bottom.mjml", |text| {
        text.replace("{{ reply }}", "{{ replies }}")
    });
    only(&findings, Rule::UnknownVariable, "parts/bottom.mjml", 9);
}

#[test]
fn a_choice_that_never_falls_is_found() {
    let file = "en/match_answered.sms.jinja";
    let findings = found(file, |text| text.replace("\"accepted\"", "\"excepted\""));
    only(&findings, Rule::UnknownVariable, file, 1);
}

#[test]
fn a_variable_that_only_one_part_tells_is_found() {
    let findings = found(TEXT, |text| text.replace("{{ closes_at }}", "nanti"));
    only(&findings, Rule::UnusedVariable, TEXT, None);
    let findings = found(MAIL, |text| {
        text.replace("{{ closes_at }}", "")
            .replace("closes_at", "round")
    });
    only(&findings, Rule::UnusedVariable, MAIL, None);
}

#[test]
fn an_sms_of_more_than_one_segment_at_the_worst_is_found() {
    let findings = found(SMS, |text| format!("{} ya", text.trim()));
    only(&findings, Rule::TooLong, SMS, None);
}

#[test]
fn an_sms_without_the_brand_is_found_even_in_one_branch() {
    only(
        &found(SMS, |text| text.replace("WiNNER", "winner")),
        Rule::NoBrand,
        SMS,
        None,
    );
    let file = "id/outcome_announced.sms.jinja";
    let findings = found(file, |text| {
        text.replace(
            "WiNNER: ",
            "{% if outcome == \"eligible\" %}WiNNER: {% endif %}",
        )
    });
    only(&findings, Rule::NoBrand, file, None);
}

#[test]
fn a_character_that_no_telephone_need_show_is_found() {
    let findings = found(SMS, |text| text.replace("Daftar", "D’ftar"));
    only(&findings, Rule::NotGsm, SMS, 1);
    assert!(findings[0].remedy.contains('\''));
}

#[test]
fn a_missing_file_is_found_and_named_for_what_it_is() {
    for (removed, seen) in [
        (vec!["en/panel_short.mjml"], "the translation is missing"),
        (
            vec!["en/panel_short.txt.jinja", "id/panel_short.txt.jinja"],
            "the mail has no text part",
        ),
        (
            vec!["en/panel_short.sms.jinja", "id/panel_short.sms.jinja"],
            "there is no SMS",
        ),
        (
            vec!["parts/frame.txt.jinja"],
            "the frame of every text is missing",
        ),
    ] {
        let set = removed
            .iter()
            .fold(Set::shipped(), |set, file| set.without(file));
        let findings: Vec<_> = lint(&set)
            .into_iter()
            .filter(|it| it.rule == Rule::Missing)
            .collect();
        assert_eq!(findings.len(), removed.len());
        assert_eq!(
            (findings[0].file.as_str(), findings[0].seen.as_str()),
            (removed[0], seen)
        );
    }
}

#[test]
fn a_file_of_no_purpose_is_found() {
    let findings = lint(&Set::shipped().with("id/promosi.mjml", "<mjml></mjml>"));
    only(&findings, Rule::Foreign, "id/promosi.mjml", None);
}

#[test]
fn faint_letters_are_found_where_their_colour_stands() {
    let findings = found(MAIL, |text| {
        text.replace("<mj-text>Tahap", "<mj-text color=\"#8a8a8a\">Tahap")
    });
    only(&findings, Rule::Faint, MAIL, 10);
    assert!(findings[0].seen.contains("3.5"), "{}", findings[0]);
    // The ground of a section, in a part.
    let findings = found("parts/top.mjml", |text| text.replace("#fff3cd", "#806000"));
    only(&findings, Rule::Faint, "parts/top.mjml", 20);
    // By a class of the head: wherever it is used.
    let findings = found("parts/head.mjml", |text| text.replace("#4b5a55", "#9aa8a3"));
    assert!(!findings.is_empty() && findings.iter().all(|it| it.rule == Rule::Faint));
    assert!(
        findings.iter().all(|it| it.file == "parts/bottom.mjml"),
        "{findings:#?}"
    );
    // Inline, and a button.
    let findings = found("parts/facts.mjml", |text| {
        text.replace("color:#4b5a55", "color:#bbb")
    });
    only(&findings, Rule::Faint, "parts/facts.mjml", 4);
    let findings = found(MAIL, |text| {
        text.replace("<mj-button", "<mj-button color=\"#0b5345\"")
    });
    only(&findings, Rule::Faint, MAIL, 16);
}

#[test]
fn a_colour_that_cannot_be_checked_is_found() {
    let findings = found(MAIL, |text| {
        text.replace("<mj-text>Tahap", "<mj-text color=\"gray\">Tahap")
    });
    only(&findings, Rule::Faint, MAIL, 10);
}

#[test]
fn a_picture_without_alt_text_is_found() {
    let picture = "<mj-image src=\"{{ link }}\" />";
    let findings = found(MAIL, |text| {
        text.replace(
            "        <mj-button",
            &format!("        {picture}\n        <mj-button"),
        )
    });
    only(&findings, Rule::NoAlt, MAIL, 16);
    let named = picture.replace("/>", "alt=\"Peta\" />");
    let findings = found(MAIL, |text| {
        text.replace(
            "        <mj-button",
            &format!("        {named}\n        <mj-button"),
        )
    });
    assert_eq!(findings, []);
}

#[test]
fn a_pasted_link_is_found() {
    for (file, old, new, line) in [
        (MAIL, "{{ link }}", "{{ link }}?dari=surat", 16),
        (
            MAIL,
            "{{ link }}",
            "https://winner.contoh.go.id/{{ link }}",
            16,
        ),
        (MAIL, "{{ link }}", "{{ closes_at }}", 16),
        (TEXT, "{{ link }}", "{{ link }}.", 8),
        (SMS, "Daftar Anda: ", "Daftar Anda:", 1),
        (SMS, "Daftar Anda", "www.x.id", 1),
    ] {
        let findings = found(file, |text| text.replace(old, new));
        let pasted: Vec<_> = findings
            .into_iter()
            .filter(|it| it.rule == Rule::PastedLink)
            .collect();
        only(&pasted, Rule::PastedLink, file, line);
    }
}

#[test]
fn a_mail_that_gmail_would_clip_is_found() {
    let findings = found(MAIL, |text| {
        text.replace("Terima kasih", &"Terima kasih ".repeat(8_000))
    });
    only(&findings, Rule::TooHeavy, MAIL, None);
}

#[test]
fn what_cannot_be_read_is_found_where_it_cannot() {
    let findings = found(MAIL, |text| text.replace("{{ edition }}", "{{ edition }"));
    assert!(
        findings
            .iter()
            .any(|it| it.rule == Rule::Unreadable && it.line == Some(10)),
        "{findings:#?}"
    );
    let findings = found(TEXT, |text| text.replace("Subject: ", ""));
    only(&findings, Rule::Unreadable, TEXT, 1);
    let findings = found(MAIL, |text| text.replace("parts/facts", "parts/fakta"));
    only(&findings, Rule::Unreadable, MAIL, 15);
    let findings = found(MAIL, |text| text.replace("Tahap “", "Tahap < “"));
    only(&findings, Rule::Unreadable, MAIL, 10);
}

#[test]
fn a_mail_that_does_not_say_its_language_or_gist_is_found() {
    only(
        &found(MAIL, |text| text.replace(" lang=\"id\"", "")),
        Rule::Language,
        MAIL,
        1,
    );
    let findings = found(MAIL, |text| {
        text.replace(
            "<mj-preview>Nilai dapat diberikan sampai {{ closes_at }}.</mj-preview>",
            "",
        )
    });
    only(&findings, Rule::Language, MAIL, None);
}
