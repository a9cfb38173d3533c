//! Pages of a list ordered by one UUID (AIP-158): the token is the last id seen.

use uuid::Uuid;

use crate::error::ApiError;

/// What a page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows after this id.
    pub after: Option<Uuid>,
    size: usize,
}

impl Page {
    /// Reads `page_size` (0 means `usual`; more than `most` is cut to it) and `page_token`.
    ///
    /// # Errors
    /// [`ApiError::invalid_field`] for a negative size or a token that no page gave.
    pub fn parse(
        page_size: i32,
        page_token: &str,
        usual: usize,
        most: usize,
    ) -> Result<Self, ApiError> {
        let size = match usize::try_from(page_size) {
            Ok(0) => usual,
            Ok(size) => size.min(most),
            Err(_) => {
                let text = "must not be negative";
                return Err(ApiError::invalid_field("page_size", "NEGATIVE", text));
            }
        };
        let after = match page_token {
            "" => None,
            token => Some(token.parse().map_err(|_| {
                let text = "must come from the previous page";
                ApiError::invalid_field("page_token", "BAD_TOKEN", text)
            })?),
        };
        Ok(Self { after, size })
    }

    /// One row more than the page holds, to see whether another page follows.
    pub fn limit(self) -> i64 {
        i64::try_from(self.size + 1).unwrap_or(i64::MAX)
    }

    /// Cuts the rows to the page and says the next page's token; empty on the last.
    pub fn cut<T>(self, rows: &mut Vec<T>, id: impl Fn(&T) -> Uuid) -> String {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        match rows.last() {
            Some(last) if more => id(last).to_string(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_another_follows() {
        let page = Page::parse(2, "", 10, 100).unwrap();
        let mut rows = vec![Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)];
        assert_eq!(
            page.cut(&mut rows, |id| *id),
            Uuid::from_u128(2).to_string()
        );
        assert_eq!(rows.len(), 2);
        assert_eq!(page.cut(&mut rows, |id| *id), "");
    }

    #[test]
    fn a_token_of_ones_own_making_is_refused() {
        assert!(Page::parse(0, "zwei", 10, 100).is_err());
        assert!(Page::parse(-1, "", 10, 100).is_err());
        assert_eq!(Page::parse(1_000, "", 10, 100).unwrap().limit(), 101);
    }
}
