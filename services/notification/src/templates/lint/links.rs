//! Links are built by this program, whole. A template that pastes one opens a hole, or breaks it.

use super::super::catalogue::UNSUBSCRIBE_URL;
use super::{Finding, Rule};

/// The variables that hold links.
const LINKS: [&str; 2] = ["link", UNSUBSCRIBE_URL];

pub(super) fn lint(file: &str, source: &str) -> Vec<Finding> {
    let numbered = source.lines().enumerate();
    numbered
        .filter_map(|(at, line)| {
            let seen = written_out(line)
                .or_else(|| grown(line))
                .or_else(|| foreign(line))?;
            Some(Finding::new(
                Rule::PastedLink,
                file,
                at + 1,
                seen,
                "let the link be {{ link }} alone, with space round it",
            ))
        })
        .collect()
}

fn written_out(line: &str) -> Option<String> {
    ["http://", "https://", "www."]
        .into_iter()
        .find(|begin| line.contains(begin))
        .map(|begin| format!("a link is written out ({begin}...)"))
}

/// Something stands right before or after a link.
fn grown(line: &str) -> Option<String> {
    for name in LINKS {
        for (at, tag) in line.match_indices(&format!("{{{{ {name} }}}}")) {
            let before = line[..at].chars().last();
            let after = line[at + tag.len()..].chars().next();
            let stands_alone = before.is_none_or(|it| it.is_whitespace() || "\">}".contains(it))
                && after.is_none_or(|it| it.is_whitespace() || "\"<{".contains(it));
            if !stands_alone {
                return Some(format!("something is pasted to {tag}"));
            }
        }
    }
    None
}

/// A link that leads by anything but a link.
fn foreign(line: &str) -> Option<String> {
    let led = line.split("href=\"").skip(1);
    led.filter_map(|after| after.split('"').next())
        .find(|href| {
            !LINKS
                .iter()
                .any(|name| *href == format!("{{{{ {name} }}}}"))
        })
        .map(|href| format!("a link leads to `{href}`"))
}
