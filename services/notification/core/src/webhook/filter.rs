//! Which events an endpoint wants: patterns over subjects, as NATS has them, among the PUBLIC types.
//!
//! A subject here is an event's subject on the broker without its root:
//! `<service>.<aggregate>.<event>.v<version>.<aggregate id>`. `*` stands for one word, `>` for all that follow. A
//! leading `winner.` is allowed, because the `type` of every event begins so, and a pattern may leave out the
//! aggregate's id.

use std::fmt;

/// The most patterns of one endpoint.
pub const MAX_PATTERNS: usize = 20;
/// The most bytes of one pattern.
const MAX_BYTES: usize = 200;
/// What a type begins with.
const ROOT: &str = "winner.";
/// Words of a subject.
const WORDS: usize = 5;

/// An event type that endpoints may ask for. The caller passes those that are PUBLIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventType {
    /// The service that says it.
    pub service: &'static str,
    /// The aggregate it is about.
    pub aggregate: &'static str,
    /// What happened.
    pub name: &'static str,
    /// The version of its meaning.
    pub version: u32,
}

/// The subject of one event, in words.
#[derive(Clone, Debug)]
pub struct Subject<'a>([&'a str; WORDS]);

impl<'a> Subject<'a> {
    /// From its words; the version as in `v1`.
    pub const fn new(
        service: &'a str,
        aggregate: &'a str,
        name: &'a str,
        version: &'a str,
        aggregate_id: &'a str,
    ) -> Self {
        Self([service, aggregate, name, version, aggregate_id])
    }
}

/// Why a filter is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// There is no pattern.
    #[error("name at least one pattern, such as intake.submission.>")]
    Empty,
    /// There are more than [`MAX_PATTERNS`].
    #[error("at most {MAX_PATTERNS} patterns")]
    TooMany,
    /// This is no pattern.
    #[error(
        "{0} is no pattern: words of a-z, 0-9 and _ with dots between, * for one word, > for all that follow"
    )]
    Malformed(String),
    /// No PUBLIC event has such a subject.
    #[error("{0} fits no public event")]
    FitsNothing(String),
}

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    words: Vec<Word>,
    /// Whether it ends in `>`.
    open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Any,
    Exactly(String),
}

impl Word {
    fn parse(text: &str, is_id: bool) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // Ids are what the contracts make them: UUIDs, slugs and region codes, percent-encoded.
        let of_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~%".contains(&byte);
        match text {
            "*" => Some(Self::Any),
            "" => None,
            word if word
                .bytes()
                .all(|byte| plain(byte) || (is_id && of_id(byte))) =>
            {
                Some(Self::Exactly(word.to_owned()))
            }
            _ => None,
        }
    }

    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(exactly) => exactly == word,
        }
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix(ROOT).unwrap_or(text);
        let (inner, open) = match inner.strip_suffix('>') {
            // `>` alone is everything that is PUBLIC.
            Some("") => {
                return Some(Self {
                    words: Vec::new(),
                    open: true,
                });
            }
            Some(before) => (before.strip_suffix('.')?, true),
            None => (inner, false),
        };
        let mut words = inner
            .split('.')
            .enumerate()
            .map(|(at, word)| Word::parse(word, at == WORDS - 1))
            .collect::<Option<Vec<_>>>()?;
        if !open && words.len() == WORDS - 1 {
            words.push(Word::Any);
        }
        let enough = if open {
            words.len() < WORDS
        } else {
            words.len() == WORDS
        };
        enough.then_some(Self { words, open })
    }

    /// Whether it fits a subject whose id is not looked at when it is `None`.
    fn fits(&self, words: [&str; WORDS], with_id: bool) -> bool {
        self.words
            .iter()
            .zip(words)
            .take(if with_id { WORDS } else { WORDS - 1 })
            .all(|(pattern, word)| pattern.fits(word))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words.iter().map(|word| match word {
            Word::Any => "*",
            Word::Exactly(word) => word,
        });
        let all: Vec<&str> = words.chain(self.open.then_some(">")).collect();
        f.write_str(&all.join("."))
    }
}

/// The patterns of an endpoint; one that fits suffices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Vec<Pattern>);

impl Filter {
    /// Reads patterns and makes sure that each of them fits something that may be told.
    ///
    /// # Errors
    /// [`FilterError`]
    pub fn parse<'a>(
        patterns: impl IntoIterator<Item = &'a str>,
        public: &[EventType],
    ) -> Result<Self, FilterError> {
        let mut filter = Vec::new();
        for text in patterns {
            if filter.len() == MAX_PATTERNS {
                return Err(FilterError::TooMany);
            }
            let short: String = text.chars().take(MAX_BYTES).collect();
            let pattern = Some(text)
                .filter(|text| text.len() <= MAX_BYTES)
                .and_then(Pattern::parse)
                .ok_or_else(|| FilterError::Malformed(short.clone()))?;
            let fits = public.iter().any(|event| {
                let version = format!("v{}", event.version);
                pattern.fits(
                    [event.service, event.aggregate, event.name, &version, ""],
                    false,
                )
            });
            if !fits {
                return Err(FilterError::FitsNothing(short));
            }
            if !filter.contains(&pattern) {
                filter.push(pattern);
            }
        }
        if filter.is_empty() {
            return Err(FilterError::Empty);
        }
        Ok(Self(filter))
    }

    /// Whether the endpoint wants this event.
    pub fn wants(&self, subject: &Subject<'_>) -> bool {
        self.0.iter().any(|pattern| pattern.fits(subject.0, true))
    }

    /// The patterns as they are stored and shown.
    pub fn patterns(&self) -> Vec<String> {
        self.0.iter().map(Pattern::to_string).collect()
    }
}

#[cfg(test)]
mod tests;
