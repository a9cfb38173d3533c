//! Letters against their ground, as MJML's attributes and inline styles make them.
//!
//! The dark colours of a style sheet are looked at by `tests/checks/mails`, in a browser.

use std::collections::BTreeMap;

use super::super::mjml::Whole;
use super::colour::Colour;
use super::markup::{Tag, property, tags};
use super::{Finding, Rule};

/// What WCAG asks of ordinary text at level AA.
const ENOUGH: f64 = 4.5;

type Attributes<'a> = BTreeMap<&'a str, &'a str>;

/// What a head says of all elements.
#[derive(Default)]
struct Defaults<'a> {
    /// By the name of an element, `mj-all` for all.
    elements: BTreeMap<&'a str, Attributes<'a>>,
    classes: BTreeMap<&'a str, Attributes<'a>>,
}

impl<'a> Defaults<'a> {
    fn read(tags: &[Tag<'a>]) -> Self {
        let mut defaults = Self::default();
        let inside = tags
            .iter()
            .skip_while(|tag| tag.name != "mj-attributes")
            .skip(1)
            .take_while(|tag| tag.name != "mj-attributes");
        for tag in inside.filter(|tag| tag.opens) {
            let attributes = tag.attributes.clone();
            match (tag.name, tag.attributes.get("name")) {
                ("mj-class", Some(class)) => defaults.classes.insert(class, attributes),
                _ => defaults.elements.insert(tag.name, attributes),
            };
        }
        defaults
    }

    /// What holds for a tag: its own word, its classes', its element's, all elements'.
    fn of(&self, tag: &Tag<'a>, name: &str) -> Option<&'a str> {
        let classes = tag.attributes.get("mj-class").copied().unwrap_or_default();
        let own = tag.attributes.get(name);
        let class = || {
            let mut classes = classes.split_whitespace().rev();
            classes.find_map(|class| self.classes.get(class)?.get(name))
        };
        let element = || self.elements.get(tag.name)?.get(name);
        let all = || self.elements.get("mj-all")?.get(name);
        own.or_else(class).or_else(element).or_else(all).copied()
    }
}

/// How an element is painted.
#[derive(Clone, Copy)]
struct Paint {
    letters: Colour,
    ground: Colour,
}

pub(super) fn lint(whole: &Whole) -> Vec<Finding> {
    let tags = tags(&whole.text);
    let defaults = Defaults::read(&tags);
    let mut findings = Vec::new();
    let mut open = vec![Paint {
        letters: Colour::BLACK,
        ground: Colour::WHITE,
    }];
    let body = tags.iter().skip_while(|tag| tag.name != "mj-body");
    for tag in body {
        let outer = open.last().copied().unwrap_or(Paint {
            letters: Colour::BLACK,
            ground: Colour::WHITE,
        });
        if tag.opens {
            let paint = match paint(tag, &defaults, outer) {
                Ok(paint) => paint,
                Err(unread) => {
                    findings.push(finding(
                        whole,
                        tag,
                        format!("the colour `{unread}` cannot be checked"),
                    ));
                    outer
                }
            };
            let ratio = paint.letters.contrast(paint.ground);
            if holds_letters(tag, paint, outer) && ratio < ENOUGH {
                findings.push(finding(whole, tag, format!("letters have a contrast of {ratio:.1} to their ground, of at least {ENOUGH}")));
            }
            open.push(paint);
        }
        if tag.closes && open.len() > 1 {
            open.pop();
        }
    }
    findings
}

fn finding(whole: &Whole, tag: &Tag<'_>, seen: String) -> Finding {
    let place = whole.place(tag.at);
    Finding::new(
        Rule::Faint,
        &place.file,
        place.line,
        seen,
        "choose a darker or a lighter colour, written as #rrggbb",
    )
}

/// Sections hold no letters of their own; other tags only where they paint anew.
fn holds_letters(tag: &Tag<'_>, paint: Paint, outer: Paint) -> bool {
    match tag.name {
        "mj-text" | "mj-button" | "mj-table" | "a" => true,
        name if name.starts_with("mj-") => false,
        _ => paint.letters != outer.letters || paint.ground != outer.ground,
    }
}

/// How a tag paints what it holds; the colour that cannot be read.
fn paint<'a>(tag: &Tag<'a>, defaults: &Defaults<'a>, outer: Paint) -> Result<Paint, &'a str> {
    let read = |said: Option<&'a str>, otherwise: Colour| match said {
        None | Some("transparent" | "none" | "inherit") => Ok(otherwise),
        Some(colour) => Colour::read(colour).ok_or(colour),
    };
    let style = tag.attributes.get("style").copied().unwrap_or_default();
    let said = |name: &str| defaults.of(tag, name);
    Ok(match tag.name {
        "mj-button" => Paint {
            letters: read(said("color"), Colour::WHITE)?,
            ground: read(
                said("background-color"),
                Colour::read("#414141").unwrap_or(outer.ground),
            )?,
        },
        "mj-text" | "mj-table" => Paint {
            letters: read(said("color"), Colour::BLACK)?,
            ground: read(said("container-background-color"), outer.ground)?,
        },
        name if name.starts_with("mj-") => Paint {
            letters: outer.letters,
            ground: read(said("background-color"), outer.ground)?,
        },
        name => {
            let letters = if name == "a" {
                Colour::LINK
            } else {
                outer.letters
            };
            let ground =
                property(style, "background-color").or_else(|| property(style, "background"));
            Paint {
                letters: read(property(style, "color"), letters)?,
                ground: read(ground, outer.ground)?,
            }
        }
    })
}
