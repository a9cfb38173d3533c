//! The relaxed forms (RFC 6376, 3.4.2 and 3.4.4): what is signed does not change with blanks and folds
//! that relays may touch.

/// Header and body of a message; the empty line between them belongs to neither.
pub(super) fn split(message: &[u8]) -> (&[u8], &[u8]) {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or((message, &[][..]), |end| {
        (&message[..end + 2], &message[end + 4..])
    })
}

/// The fields of a header by their names in small letters, in relaxed form, each with its line end.
pub(super) fn fields(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        match fields.last_mut() {
            Some(field) if line.starts_with(b" ") || line.starts_with(b"\t") => field.extend(line),
            _ => fields.push(line.to_vec()),
        }
    }
    fields.iter().filter_map(|field| relaxed(field)).collect()
}

fn relaxed(field: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = field.iter().position(|byte| *byte == b':')?;
    let name = String::from_utf8_lossy(field[..colon].trim_ascii_end()).to_ascii_lowercase();
    let mut text = name.clone().into_bytes();
    text.push(b':');
    let words = field[colon + 1..]
        .split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .filter(|word| !word.is_empty());
    for (place, word) in words.enumerate() {
        if place > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
    text.extend_from_slice(b"\r\n");
    Some((name, text))
}

/// A body in relaxed form: blanks in a line are one, at its end none, and no empty lines at the end.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(body.len());
    let mut empty_lines = 0_usize;
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().rposition(|byte| !is_blank(*byte));
        let Some(end) = end else {
            empty_lines += 1;
            continue;
        };
        for _ in 0..std::mem::take(&mut empty_lines) {
            text.extend_from_slice(b"\r\n");
        }
        let mut after_blank = false;
        for byte in &line[..=end] {
            if !is_blank(*byte) {
                text.push(*byte);
            } else if !after_blank {
                text.push(b' ');
            }
            after_blank = is_blank(*byte);
        }
        text.extend_from_slice(b"\r\n");
    }
    text
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_example_of_the_standard() {
        let message = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (header, text) = split(message);
        let fields: Vec<_> = fields(header).into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, [&b"a:X\r\n"[..], b"b:Y Z\r\n"]);
        assert_eq!(body(text), b" C\r\nD E\r\n");
    }

    #[test]
    fn an_empty_body_is_nothing() {
        assert_eq!(body(b""), b"");
        assert_eq!(body(b"\r\n\r\n"), b"");
        assert_eq!(body(b" \t\r\n"), b"");
    }

    #[test]
    fn empty_lines_within_a_body_stay() {
        assert_eq!(body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
    }
}
