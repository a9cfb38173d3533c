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

/// Reads a table; the separator is the one of comma, semicolon and tab that is in most lines. A byte order mark is skipped, empty lines are kept as rows of one empty cell so that row numbers
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

/// The separator: the one in a first line `sep=;` as spreadsheets write it, otherwise the one that is in
/// most of the first lines and, of several, most often in the first of these.
fn separator(text: &str) -> char {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let declared = lines
        .clone()
        .next()
        .and_then(|line| line.trim_end().strip_prefix("sep="));
    if let Some(&[only]) = declared
        .map(|rest| rest.chars().collect::<Vec<_>>())
        .as_deref()
    {
        return only;
    }
    let first: Vec<&str> = lines.by_ref().take(20).collect();
    let in_lines = |separator: char| -> Vec<usize> {
        let counts = first.iter().map(|line| outside_quotes(line, separator));
        counts.filter(|count| *count > 0).collect()
    };
    // Where counts are equal the last is taken: commas are also in numbers and titles.
    [',', ';', '\t']
        .into_iter()
        .max_by_key(|separator| {
            let counts = in_lines(*separator);
            (counts.len(), counts.first().copied())
        })
        .unwrap_or(',')
}

fn outside_quotes(line: &str, separator: char) -> usize {
    line.split('"')
        .step_by(2)
        .map(|part| part.matches(separator).count())
        .sum()
}

#[cfg(test)]
mod tests;
