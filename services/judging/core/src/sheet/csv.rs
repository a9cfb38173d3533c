//! Comma-separated values (RFC 4180), with the semicolons and tabs that spreadsheets also write.

/// Why a text is not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// A quoted cell is never closed.
    #[error("the quote opened in line {line} is never closed")]
    OpenQuote {
        /// The line, from 1.
        line: usize,
    },
    /// Something follows a closing quote.
    #[error("line {line}: text after a closing quote")]
    TextAfterQuote {
        /// The line, from 1.
        line: usize,
    },
}

/// Reads a table; the separator is the one of comma, semicolon and tab that is most frequent in the first
/// line. A byte order mark is skipped, empty lines are kept as rows of one empty cell so that row numbers
/// stay those of the file.
///
/// # Errors
/// [`CsvError`] with the line.
pub fn parse(text: &str) -> Result<Vec<Vec<String>>, CsvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let separator = separator(text);
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut line = 1;
    let mut characters = text.chars().peekable();
    let mut started = false;
    while let Some(character) = characters.next() {
        started = true;
        match character {
            '"' if cell.is_empty() => {
                let opened = line;
                loop {
                    match characters.next() {
                        None => return Err(CsvError::OpenQuote { line: opened }),
                        Some('"') if characters.peek() == Some(&'"') => {
                            characters.next();
                            cell.push('"');
                        }
                        Some('"') => break,
                        Some(inside) => {
                            line += usize::from(inside == '\n');
                            cell.push(inside);
                        }
                    }
                }
                let ends = characters
                    .peek()
                    .is_none_or(|c| *c == separator || matches!(c, '\r' | '\n'));
                if !ends {
                    return Err(CsvError::TextAfterQuote { line });
                }
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                line += 1;
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                started = false;
            }
            other if other == separator => row.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    if started {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    // In order of preference where counts are equal.
    [',', ';', '\t']
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_newlines_and_other_separators_are_read() {
        assert_eq!(
            parse("a,b\n\"x, \"\"y\"\"\nz\",2\r\n").unwrap(),
            [["a", "b"], ["x, \"y\"\nz", "2"]]
        );
        assert_eq!(
            parse("\u{feff}a;b\n1,5;2").unwrap(),
            [["a", "b"], ["1,5", "2"]]
        );
        assert_eq!(
            parse("a\tb\n\n1\t2\n").unwrap(),
            [vec!["a", "b"], vec![""], vec!["1", "2"]]
        );
        assert_eq!(parse("").unwrap(), Vec::<Vec<String>>::new());
    }

    #[test]
    fn broken_quotes_are_found_by_line() {
        assert_eq!(parse("a\n\"b\nc"), Err(CsvError::OpenQuote { line: 2 }));
        assert_eq!(
            parse("a\n\"b\"c"),
            Err(CsvError::TextAfterQuote { line: 2 })
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            let _rows = parse(&text);
        }

        #[test]
        fn what_is_quoted_comes_back(cells in proptest::collection::vec(any::<String>(), 1..6)) {
            let quoted: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            prop_assert_eq!(parse(&format!("h,h\n{}", quoted.join(","))).unwrap()[1].clone(), cells);
        }
    }
}
