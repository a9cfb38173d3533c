//! Pages by keyset: the token says where the last page ended, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::refusal::Refusal;

/// Between the parts of a token; no part holds it.
const SEPARATOR: char = '\n';

/// How many rows to read for a page: one more than asked, to know whether others follow.
pub(crate) struct Size(i64);

impl Size {
    /// The size asked for, or the default.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] outside 0 to `most`.
    pub(crate) fn read(asked: i32, default: i32, most: i32) -> Result<Self, Refusal> {
        match asked {
            0 => Ok(Self(default.into())),
            asked if (1..=most).contains(&asked) => Ok(Self(asked.into())),
            _ => Err(Refusal::field(
                "page_size",
                "OUT_OF_RANGE",
                format!("must be 0 to {most}"),
            )),
        }
    }

    /// For the query's limit.
    pub(crate) const fn limit(&self) -> i64 {
        self.0 + 1
    }

    /// Cuts what was read to the page, and writes the token of the next one.
    pub(crate) fn cut<T, const N: usize>(
        &self,
        rows: &mut Vec<T>,
        key: impl Fn(&T) -> [String; N],
    ) -> String {
        let size = usize::try_from(self.0).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last()
            .map(|last| write(&key(last)))
            .unwrap_or_default()
    }
}

fn write(parts: &[String]) -> String {
    URL_SAFE_NO_PAD.encode(parts.join(&SEPARATOR.to_string()))
}

/// Reads a token; `None` for the first page.
///
/// # Errors
/// [`Refusal::Invalid`] for a text that is no token of this kind.
pub(crate) fn read<T, const N: usize>(
    token: &str,
    parse: impl Fn([&str; N]) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    if token.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        Refusal::field(
            "page_token",
            "INVALID_PAGE_TOKEN",
            "is no token of an earlier page",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let parts: Vec<&str> = text.split(SEPARATOR).collect();
    let parts: [&str; N] = parts.try_into().map_err(|_| wrong())?;
    parse(parts).map(Some).ok_or_else(wrong)
}

/// The token of a list that is ordered by one id.
pub(crate) fn uuid([id]: [&str; 1]) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_the_row_after_the_page() {
        let size = Size::read(2, 50, 100).unwrap();
        let mut rows = vec!["a", "b", "c"];
        let token = size.cut(&mut rows, |row| [(*row).to_owned()]);
        assert_eq!(rows, ["a", "b"]);
        assert_eq!(
            read(&token, |[key]| Some(key.to_owned())).unwrap(),
            Some("b".to_owned())
        );
    }

    #[test]
    fn the_last_page_has_no_token() {
        let size = Size::read(0, 3, 100).unwrap();
        let mut rows = vec!["a", "b", "c"];
        assert_eq!(size.cut(&mut rows, |row| [(*row).to_owned()]), "");
    }

    #[test]
    fn a_made_up_token_is_refused() {
        assert!(read("***", |[key]| Some(key.to_owned())).is_err());
        assert!(
            read(&write(&["a".to_owned(), "b".to_owned()]), |[key]| Some(
                key.to_owned()
            ))
            .is_err()
        );
        assert!(Size::read(101, 50, 100).is_err());
        assert!(Size::read(-1, 50, 100).is_err());
    }
}
