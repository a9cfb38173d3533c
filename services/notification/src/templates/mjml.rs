//! Mails laid out in MJML, made into HTML once, when the templates are loaded.
//!
//! What comes out is a template still: values are put into the HTML later, escaped. Parts are included as
//! they stand, a line for each, so that a line of the whole can be told in the file that it came from.

use mrml::prelude::parser::Error as ParseError;
use mrml::prelude::render::RenderOptions;

use super::set::Set;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// Why a mail cannot be made into HTML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {why}", .at.file, .at.line)]
pub struct MjmlError {
    /// Where.
    pub at: Place,
    /// What is wrong.
    pub why: String,
}

/// A mail with its parts in it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The MJML.
    pub text: String,
    /// Where each line came from.
    pub places: Vec<Place>,
}

impl Whole {
    /// Where the byte `at` of the text came from.
    pub fn place(&self, at: usize) -> Place {
        let before = self.text.as_bytes().iter().take(at);
        self.place_of_line(1 + before.filter(|byte| **byte == b'\n').count())
    }

    fn place_of_line(&self, line: usize) -> Place {
        let place = self.places.get(line.saturating_sub(1));
        place.or(self.places.last()).cloned().unwrap_or(Place {
            file: String::new(),
            line: 1,
        })
    }
}

/// Puts the parts of a mail into it. Each is included by a line of its own.
///
/// # Errors
/// [`MjmlError`] where there is no such part.
pub fn whole(set: &Set, file: &str, source: &str) -> Result<Whole, MjmlError> {
    let mut whole = Whole {
        text: String::with_capacity(source.len() * 3),
        places: Vec::new(),
    };
    for (line, text) in numbered(source) {
        let place = |file: &str, line| Place {
            file: file.to_owned(),
            line,
        };
        if !text.contains("<mj-include") {
            whole.push(text, place(file, line));
            continue;
        }
        let name = included(text).ok_or_else(|| MjmlError {
            at: place(file, line),
            why: "a part is included by a line of its own: <mj-include path=\"../parts/NAME.mjml\" />"
                .to_owned(),
        })?;
        let part = set.get(name).ok_or_else(|| MjmlError {
            at: place(file, line),
            why: format!("there is no {name}"),
        })?;
        for (line, text) in inside_head(part) {
            whole.push(text, place(name, line));
        }
    }
    Ok(whole)
}

impl Whole {
    fn push(&mut self, text: &str, place: Place) {
        self.text.push_str(text);
        self.text.push('\n');
        self.places.push(place);
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}

fn included(line: &str) -> Option<&str> {
    line.trim()
        .strip_prefix("<mj-include path=\"../")?
        .strip_suffix("\" />")
}

/// A part for the head is a document of its own, so that other tools can read it: its head is what counts.
fn inside_head(part: &str) -> Vec<(usize, &str)> {
    let lines: Vec<_> = numbered(part).collect();
    let at = |tag: &str| lines.iter().position(|(_, text)| text.trim() == tag);
    match (at("<mj-head>"), at("</mj-head>")) {
        (Some(begin), Some(end)) => lines[begin + 1..end].to_vec(),
        _ => lines,
    }
}

/// The HTML of a mail.
///
/// # Errors
/// [`MjmlError`] for what is no MJML, and for attributes that MJML does not know.
pub fn html(whole: &Whole) -> Result<String, MjmlError> {
    let parsed = mrml::parse(&whole.text).map_err(|error| MjmlError {
        at: place_of(whole, &error),
        why: said(&error),
    })?;
    if let Some(warning) = parsed.warnings.first() {
        return Err(MjmlError {
            at: whole.place(warning.span.start),
            why: warning.kind.to_string(),
        });
    }
    let options = RenderOptions {
        disable_comments: true,
        social_icon_origin: None,
        // No letter of ours comes from the network.
        fonts: std::collections::HashMap::new(),
    };
    parsed.element.render(&options).map_err(|error| MjmlError {
        at: whole.place(0),
        why: error.to_string(),
    })
}

/// What the reader of MJML says, with what its own reader of markup says below that.
fn said(error: &ParseError) -> String {
    match error {
        ParseError::ParserError { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

/// Where the reader of MJML stumbled; the first line where it does not say.
fn place_of(whole: &Whole, error: &ParseError) -> Place {
    match error {
        ParseError::UnexpectedElement { position, .. }
        | ParseError::UnexpectedToken { position, .. }
        | ParseError::MissingAttribute { position, .. }
        | ParseError::InvalidAttribute { position, .. }
        | ParseError::InvalidFormat { position, .. }
        | ParseError::IncludeLoaderError { position, .. } => whole.place(position.start),
        ParseError::ParserError { source, .. } => {
            // "invalid element at 45:39 cause ...": its position is in its words only.
            let said = source.to_string();
            let row = said
                .split_once(" at ")
                .and_then(|(_, after)| after.split(':').next()?.parse().ok());
            whole.place_of_line(row.unwrap_or(1))
        }
        ParseError::EndOfStream { .. } | ParseError::SizeLimit { .. } | ParseError::NoRootNode => {
            whole.place_of_line(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "<mjml>\n<mj-head>\n<mj-include path=\"../parts/h.mjml\" />\n</mj-head>\n<mj-body>\n\
         <mj-section><mj-column><mj-text>{{ a }}</mj-text></mj-column></mj-section>\n</mj-body>\n</mjml>\n";

    fn made(head: &str, mail: &str) -> Result<String, MjmlError> {
        let set = Set::default().with("parts/h.mjml", head);
        html(&whole(&set, "id/a.mjml", mail)?)
    }

    #[test]
    fn a_head_of_its_own_is_put_into_the_mail_and_values_stay_to_be_put_in() {
        let head = "<mjml>\n<mj-head>\n<mj-title>{{ subject }}</mj-title>\n</mj-head>\n</mjml>";
        let html = made(head, MAIL).unwrap();
        assert!(html.contains("<title>{{ subject }}</title>") && html.contains("{{ a }}"));
        assert!(!html.contains("googleapis"));
    }

    #[test]
    fn what_is_wrong_is_told_in_the_file_and_line_where_it_stands() {
        let head = "<mj-title>A</mj-title>\n<mj-style>a { content: '< b' }</mj-style>";
        let error = made(head, MAIL).unwrap_err();
        assert_eq!((error.at.file.as_str(), error.at.line), ("parts/h.mjml", 2));
        let error = made("", &MAIL.replace("</mj-text>", "")).unwrap_err();
        assert_eq!((error.at.file.as_str(), error.at.line), ("id/a.mjml", 1));
        let error = made("", &MAIL.replace("parts/h", "parts/x")).unwrap_err();
        assert_eq!(error.to_string(), "id/a.mjml:3: there is no parts/x.mjml");
    }
}
