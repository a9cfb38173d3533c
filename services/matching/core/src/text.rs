//! How alike two texts are, and by which words: tf-idf over stems and pairs
//! of stems, in Indonesian and English.
//!
//! A cosine of tf-idf vectors is a sum over shared terms, so the largest
//! summands are the reason, and no model has to be trusted or downloaded
//! (Salton and Buckley, 1988). The index grows document by document; the
//! likeness of two texts shifts a little as it learns which words are common.

mod analyse;
mod index;
mod stop;
mod thesaurus;

pub use analyse::{Language, language_of, terms};
pub use index::{Index, Shared, Weighed};
