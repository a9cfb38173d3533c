//! From a text to its terms: lower case, words, no stop words, stems, pairs.

use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::stop::{ENGLISH, INDONESIAN};
use super::thesaurus;

/// The language whose stemmer and stop words a text is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia.
    Indonesian,
    /// English.
    English,
}

/// The language whose function words a text holds more of; Indonesian where it holds none.
pub fn language_of(text: &str) -> Language {
    let lower = text.to_lowercase();
    let (mut indonesian, mut english) = (0, 0);
    for word in words(&lower) {
        indonesian += u32::from(INDONESIAN.binary_search(&word).is_ok());
        english += u32::from(ENGLISH.binary_search(&word).is_ok());
    }
    if english > indonesian {
        Language::English
    } else {
        Language::Indonesian
    }
}

fn words(lower: &str) -> impl Iterator<Item = &str> {
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

/// The terms of a text in order: every stem, then every pair of neighbouring
/// stems (joined by a space). Indonesian words of one meaning have one stem.
/// Stop words, single letters and bare numbers are left out.
pub fn terms(text: &str) -> Vec<String> {
    let language = language_of(text);
    let lower = text.to_lowercase();
    let (stop, algorithm) = match language {
        Language::Indonesian => (INDONESIAN, Algorithm::Indonesian),
        Language::English => (ENGLISH, Algorithm::English),
    };
    let stemmer = Stemmer::create(algorithm);
    let stem = |word: &str| {
        let stem = thesaurus::stem(word, &stemmer);
        match language {
            Language::Indonesian => thesaurus::meaning(stem),
            Language::English => stem,
        }
    };
    let useful = |w: &&str| {
        w.chars().nth(1).is_some()
            && !w.chars().all(|c| c.is_ascii_digit())
            && stop.binary_search(w).is_err()
    };
    let stems: Vec<String> = words(&lower).filter(useful).map(stem).collect();
    let pairs: Vec<String> = stems
        .windows(2)
        .map(|w| format!("{} {}", w[0], w[1]))
        .collect();
    stems.into_iter().chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_its_own_language() {
        assert_eq!(
            language_of("Pengelolaan sampah di pesisir"),
            Language::Indonesian
        );
        assert_eq!(language_of("The management of waste"), Language::English);
        assert_eq!(language_of(""), Language::Indonesian);
    }

    #[test]
    fn stems_and_pairs_without_stop_words() {
        assert_eq!(
            terms("Pengelolaan limbah oleh nelayan"),
            [
                "kelola",
                "sampah",
                "nelayan",
                "kelola sampah",
                "sampah nelayan"
            ]
        );
        assert_eq!(
            terms("The matching of papers, 2023"),
            ["match", "paper", "match paper"]
        );
        assert!(terms("yang di 12 a").is_empty());
    }
}
