//! Reads tags and their attributes, with the place where each stands.
//!
//! Only for what lint asks: MJML is small and regular, and what is not has been refused before.

use std::collections::BTreeMap;

/// A tag that opens, closes, or does both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name, `mj-text`.
    pub(super) name: &'a str,
    /// The byte at which it begins.
    pub(super) at: usize,
    /// What it says.
    pub(super) attributes: BTreeMap<&'a str, &'a str>,
    /// It opens an element.
    pub(super) opens: bool,
    /// It closes one; both for `<br />`.
    pub(super) closes: bool,
}

/// HTML's elements that never have an end.
const EMPTY: [&str; 5] = ["br", "hr", "img", "meta", "link"];

/// Every tag of a text, outside comments.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let begin = at + found;
        let rest = &text[begin + 1..];
        if rest.starts_with("!--") {
            at = begin + rest.find("-->").map_or(rest.len(), |end| end + 4);
            continue;
        }
        let end = end_of_tag(rest);
        if let Some(tag) = tag(&rest[..end], begin) {
            tags.push(tag);
        }
        at = (begin + 1 + end + 1).min(text.len());
    }
    tags
}

/// Where the tag ends: a `>` outside quotes.
fn end_of_tag(rest: &str) -> usize {
    let mut quoted = false;
    for (at, character) in rest.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    rest.len()
}

fn tag(inside: &str, at: usize) -> Option<Tag<'_>> {
    let (inside, leaves) = match inside.strip_prefix('/') {
        Some(name) => (name, true),
        None => (inside, false),
    };
    let inside = inside.trim_end();
    let (inside, alone) = match inside.strip_suffix('/') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let name = inside.split_whitespace().next()?;
    let alone = alone || EMPTY.contains(&name);
    Some(Tag {
        name,
        at,
        attributes: attributes(&inside[name.len()..]),
        opens: !leaves,
        closes: leaves || alone,
    })
}

/// `name="value"` pairs.
fn attributes(text: &str) -> BTreeMap<&str, &str> {
    let mut attributes = BTreeMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else {
            break;
        };
        let name = name.split_whitespace().last().unwrap_or_default();
        attributes.insert(name, value);
        rest = after;
    }
    attributes
}

/// The value of a property in an inline style.
pub(super) fn property<'a>(style: &'a str, name: &str) -> Option<&'a str> {
    style.split(';').find_map(|pair| {
        let (property, value) = pair.split_once(':')?;
        (property.trim() == name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_their_attributes_and_comments_are_not() {
        let text = "<!-- <x> --><mj-text color=\"#fff\" a=\"{{ b > c }}\">Halo<br>ya</mj-text>";
        let tags = tags(text);
        let names: Vec<_> = tags
            .iter()
            .map(|tag| (tag.name, tag.opens, tag.closes))
            .collect();
        assert_eq!(
            names,
            [
                ("mj-text", true, false),
                ("br", true, true),
                ("mj-text", false, true)
            ]
        );
        assert_eq!(tags[0].attributes["color"], "#fff");
        assert_eq!(tags[0].attributes["a"], "{{ b > c }}");
        assert_eq!(tags[0].at, 12);
    }
}
