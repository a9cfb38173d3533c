//! Words that say nothing about the subject: our own lists, sorted.

/// Indonesian function words and the formulas of proposals.
#[rustfmt::skip]
pub(super) const INDONESIAN: &[&str] = &[
    "ada", "adalah", "adanya", "agar", "akan", "akibat", "anda", "antar", "antara", "apa",
    "apabila", "atas", "atau", "bagaimana", "bagi", "bahkan", "bahwa", "banyak", "baru",
    "beberapa", "begitu", "belum", "berbagai", "bersama", "bila", "bisa", "bukan", "cara",
    "dalam", "dan", "dapat", "dari", "daripada", "demikian", "dengan", "di", "dia", "dilakukan",
    "dua", "hal", "hanya", "harus", "hingga", "ia", "ialah", "ini", "itu", "jika", "juga",
    "kami", "kamu", "karena", "kata", "ke", "kembali", "kemudian", "kepada", "ketika", "kita",
    "lagi", "lain", "lalu", "lebih", "maka", "masih", "maupun", "melakukan", "melalui",
    "memiliki", "menjadi", "mereka", "merupakan", "namun", "nya", "oleh", "pada", "paling",
    "para", "pun", "saat", "saja", "salah", "sampai", "sangat", "satu", "saya", "sebagai",
    "sebelum", "sebuah", "secara", "sedang", "sehingga", "sejak", "selain", "selama", "seluruh",
    "semua", "seorang", "seperti", "serta", "setelah", "setiap", "siapa", "suatu", "sudah",
    "supaya", "tanpa", "tapi", "telah", "tentang", "terhadap", "terjadi", "tersebut", "tetapi",
    "tiap", "tidak", "untuk", "yaitu", "yakni", "yang",
];

/// English function words.
#[rustfmt::skip]
pub(super) const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "all", "also", "although", "am", "among", "an",
    "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "between",
    "both", "but", "by", "can", "cannot", "could", "did", "do", "does", "done", "due", "during",
    "each", "either", "etc", "even", "every", "few", "for", "from", "further", "had", "has",
    "have", "having", "he", "hence", "her", "here", "him", "his", "how", "however", "i", "if",
    "in", "into", "is", "it", "its", "itself", "just", "may", "me", "might", "more", "most",
    "much", "must", "my", "neither", "no", "nor", "not", "of", "off", "often", "on", "once",
    "one", "only", "or", "other", "our", "out", "over", "own", "per", "rather", "same", "she",
    "should", "since", "so", "some", "such", "than", "that", "the", "their", "them", "then",
    "there", "therefore", "these", "they", "this", "those", "though", "through", "thus", "to",
    "too", "two", "under", "until", "up", "upon", "us", "very", "via", "was", "we", "well",
    "were", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose", "why",
    "will", "with", "within", "without", "would", "yet", "you", "your",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_lists_are_sorted_so_that_they_can_be_searched() {
        assert!(super::INDONESIAN.is_sorted());
        assert!(super::ENGLISH.is_sorted());
    }
}
