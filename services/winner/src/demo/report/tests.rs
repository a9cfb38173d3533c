//! What must hold for every report. A test that writes the page helps to look at it:
//! `WINNER_REPORT_SAMPLE=/tmp/report.html cargo test -p winner the_page_of_an_edition_of_the_real_size`.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{render, sample};
use crate::demo::story::{Story, Titled};

/// An element of the page: its name, its attributes, and the text directly in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    text: String,
    children: Vec<usize>,
}

impl Element {
    fn of(tag: &BytesStart<'_>) -> Self {
        let attributes = tag.attributes().map(|a| {
            let a = a.unwrap();
            (a.key.as_ref().to_owned(), a.value.into_owned())
        });
        Self {
            name: tag.name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }
}

/// Reads a page as strictly as XML is read: every element is closed, every attribute quoted, every sign escaped.
fn read(html: &str) -> Vec<Element> {
    let (mut all, mut open): (Vec<Element>, Vec<usize>) = (vec![Element::default()], vec![0]);
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = true;
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let (parent, at) = (*open.last().unwrap(), all.len());
                all.push(Element::of(tag));
                all[parent].children.push(at);
                if matches!(event, Event::Start(_)) {
                    open.push(at);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => all[*open.last().unwrap()].text += text,
            Event::GeneralRef(name) => {
                all[*open.last().unwrap()].text.extend(["&", name, ";"]);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, [0], "an element stays open");
    all
}

fn named<'a>(page: &'a [Element], name: &str) -> Vec<&'a Element> {
    page.iter().filter(|e| e.name == name).collect()
}

#[test]
fn the_page_of_an_edition_of_the_real_size_is_well_formed_and_small() {
    let html = render(&sample::story()).unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "a path of whoever wants to look at the page"
    )]
    if let Some(path) = std::env::var_os("WINNER_REPORT_SAMPLE") {
        std::fs::write(path, &html).unwrap();
    }
    let page = read(&html);
    assert_eq!(
        named(&page, "tr")
            .iter()
            .filter(|row| !row.get("data-province").is_empty())
            .count(),
        440
    );
    assert_eq!(
        named(&page, "details")
            .iter()
            .filter(|d| d.get("class") == "challenge")
            .count(),
        60
    );
    assert!(html.len() < 1_500_000, "{} bytes", html.len());
}

#[test]
fn the_same_story_gives_the_same_bytes() {
    assert_eq!(
        render(&sample::story()).unwrap(),
        render(&sample::story()).unwrap()
    );
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let html = render(&sample::story()).unwrap();
    for word in ["http://", "https://", "url(", "@import", " src=", "<link"] {
        assert!(!html.contains(word), "{word}");
    }
    let page = read(&html);
    assert!(
        named(&page, "a")
            .iter()
            .all(|a| a.get("href").starts_with('#'))
    );
}

#[test]
fn every_picture_is_named_and_described_in_both_languages() {
    let page = read(&render(&sample::story()).unwrap());
    let pictures: Vec<_> = named(&page, "svg")
        .into_iter()
        .filter(|svg| svg.get("role") == "img")
        .collect();
    assert_eq!(
        pictures.len(),
        9 * 2,
        "nine figures, each for wide and for narrow screens"
    );
    for svg in pictures {
        for (child, reference) in [("title", "aria-labelledby"), ("desc", "aria-describedby")] {
            let found = svg
                .children
                .iter()
                .map(|&at| &page[at])
                .find(|e| e.name == child)
                .unwrap();
            assert_eq!(found.get("id"), svg.get(reference));
            assert!(
                !found.text.is_empty()
                    && !found.get("data-en").is_empty()
                    && found.get("data-id") == found.text
            );
        }
    }
    let hidden = named(&page, "svg")
        .iter()
        .filter(|svg| svg.get("role") != "img")
        .all(|svg| svg.get("aria-hidden") == "true");
    assert!(hidden, "what is not a picture is decoration");
}

#[test]
fn every_text_stands_in_both_languages_side_by_side() {
    let page = read(&render(&sample::story()).unwrap());
    let mut pairs = 0;
    for parent in &page {
        let spoken: Vec<_> = parent
            .children
            .iter()
            .map(|&at| &page[at])
            .filter(|e| e.name != "html" && ["id", "en"].contains(&e.get("lang")))
            .collect();
        for pair in spoken.chunks(2) {
            let [id, en] = pair else { panic!("{parent:?}") };
            assert_eq!(
                (id.get("lang"), en.get("lang")),
                ("id", "en"),
                "{id:?} {en:?}"
            );
            assert!(
                !id.text.trim().is_empty() && !en.text.trim().is_empty(),
                "{id:?} {en:?}"
            );
            pairs += 1;
        }
    }
    assert!(pairs > 500, "{pairs}");
    assert!(
        page.iter()
            .all(|e| e.attributes.contains_key("data-id") == e.attributes.contains_key("data-en"))
    );
}

#[test]
fn identifiers_are_unique_and_references_lead_somewhere() {
    let page = read(&render(&sample::story()).unwrap());
    let mut ids: Vec<_> = page
        .iter()
        .map(|e| e.get("id"))
        .filter(|id| !id.is_empty())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for element in &page {
        for attribute in ["aria-labelledby", "aria-describedby"] {
            assert!(
                element
                    .get(attribute)
                    .split_whitespace()
                    .all(|id| ids.contains(&id)),
                "{element:?}"
            );
        }
        let link = element.get("href").trim_start_matches('#');
        assert!(link.is_empty() || ids.contains(&link), "{element:?}");
    }
}

#[test]
fn a_hostile_text_stays_text_wherever_it_comes_from() {
    let hostile = r#""><script>alert('x')</script><img src=x onerror=alert(1)>&"#;
    let mut story = sample::story();
    let titled = |id: &str| Titled {
        id: id.to_owned(),
        title_id: hostile.to_owned(),
        title_en: hostile.to_owned(),
    };
    story.edition = titled(hostile);
    story.data_notice = hostile.to_owned();
    story.issues[0] = titled(hostile);
    story.provinces[0] = titled("12");
    story.steps[0].name = hostile.to_owned();
    story.challenges[0].title = hostile.to_owned();
    story.challenges[0].government = hostile.to_owned();
    story.challenges[0].matches[0].title = hostile.to_owned();
    story.challenges[0].matches[0].parts[0].0 = hostile.to_owned();
    story.judges[0].label = hostile.to_owned();
    story.ranking[0].title = hostile.to_owned();
    story.ranking[0].issue_id = hostile.to_owned();
    story.ranking[0].tie_break = hostile.to_owned();
    story.timeline.spans[0].name = hostile.to_owned();
    story.timeline.spans[0].service = hostile.to_owned();
    story.mails[0].template = hostile.to_owned();
    story.mails[0].subject = hostile.to_owned();
    story.panel_hash = hostile.to_owned();
    let page = read(&render(&story).unwrap());
    assert_eq!(named(&page, "script").len(), 1);
    assert!(named(&page, "img").is_empty());
    assert!(page.iter().all(|e| !e.attributes.contains_key("onerror")));
}

#[test]
fn a_story_in_which_nothing_happened_is_told_as_well() {
    let page = read(&render(&Story::default()).unwrap());
    let drawn = named(&page, "svg")
        .iter()
        .filter(|svg| svg.get("role") == "img")
        .count();
    assert_eq!(drawn, 2, "the map alone, without a number");
    let without = |story: &mut Story| {
        story.ranking.clear();
        story.timeline = crate::demo::story::Timeline::default();
    };
    let mut story = sample::story();
    without(&mut story);
    let html = render(&story).unwrap();
    assert!(html.contains("Belum ada peringkat") && html.contains("Jejak proposal tidak direkam"));
}

#[test]
fn a_single_row_a_single_judge_and_a_flat_score_are_drawn() {
    let mut story = sample::story();
    story.ranking.truncate(1);
    let row = &mut story.ranking[0];
    (row.low_thousandths, row.high_thousandths) = (row.score_thousandths, row.score_thousandths);
    story.judges.truncate(1);
    story.timeline.spans.truncate(1);
    story.challenges.truncate(1);
    story.challenges[0].matches.truncate(1);
    story.mails[0].sent = 0;
    story.mails.truncate(1);
    read(&render(&story).unwrap());
}
