//! Resource names and the ids in them, parsed once at the edge.

/// A name or an id that does not have the form it should have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have the form {expected}")]
pub struct BadName {
    /// The form, such as `depots/{depot}`.
    pub expected: &'static str,
}

/// Whether a text is a slug: 1 to 40 of `a-z`, `0-9` and `-`. Safe in URLs, names and subjects.
pub fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// The ids of `a/{1}/b/{2}`, when the collections are these and nothing follows.
pub fn segments<'a, const N: usize>(name: &'a str, collections: [&str; N]) -> Option<[&'a str; N]> {
    let mut parts = name.split('/');
    let mut ids = [""; N];
    for (id, collection) in ids.iter_mut().zip(collections) {
        if parts.next()? != collection {
            return None;
        }
        *id = parts.next()?;
    }
    parts.next().is_none().then_some(ids)
}

/// Declares ids that are UUIDs, each a type of its own.
#[macro_export]
macro_rules! uuid_id {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ::uuid::Uuid);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::names::BadName;

            fn from_str(text: &str) -> Result<Self, $crate::names::BadName> {
                text.parse().map(Self).map_err(|_| $crate::names::BadName { expected: "a UUID" })
            }
        }
    )*};
}

/// Declares ids that are slugs, each a type of its own.
#[macro_export]
macro_rules! slug_id {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The slug.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::names::BadName;

            fn from_str(text: &str) -> Result<Self, $crate::names::BadName> {
                if $crate::names::is_slug(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($crate::names::BadName { expected: "1 to 40 of a-z, 0-9 and -" })
                }
            }
        }
    )*};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_where_their_collections_say() {
        assert_eq!(
            segments("depots/a/crates/b", ["depots", "crates"]),
            Some(["a", "b"])
        );
        for name in [
            "depots",
            "depots/a",
            "crates/a/depots/b",
            "depots/a/crates/b/more",
        ] {
            assert_eq!(segments(name, ["depots", "crates"]), None, "{name}");
        }
    }

    #[test]
    fn a_slug_is_safe_in_a_subject() {
        assert!(is_slug("a-1"));
        for text in ["", "A", "a_b", "a.b", "a b", &"a".repeat(41)] {
            assert!(!is_slug(text), "{text}");
        }
    }
}
