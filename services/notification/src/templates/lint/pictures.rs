//! Pictures are off for many readers, and unseen by some.

use super::super::mjml::Whole;
use super::markup::tags;
use super::{Finding, Rule};

/// Elements that show a picture.
const PICTURES: [&str; 4] = ["img", "mj-image", "mj-carousel-image", "mj-social-element"];

pub(super) fn lint(whole: &Whole) -> Vec<Finding> {
    tags(&whole.text)
        .into_iter()
        .filter(|tag| tag.opens && PICTURES.contains(&tag.name))
        .filter(|tag| !tag.attributes.contains_key("alt"))
        .map(|tag| {
            let place = whole.place(tag.at);
            Finding::new(
                Rule::NoAlt,
                &place.file,
                place.line,
                "a picture has no alt text".to_owned(),
                "say in alt=\"...\" what it shows; alt=\"\" for mere ornament",
            )
        })
        .collect()
}
