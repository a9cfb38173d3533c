//! Lines and contents from a connection, within bounds.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// The longest command line, its end included (RFC 5321, 4.5.3.1.4 asks for 512; extensions for more).
const LINE: usize = 2_048;

/// A line, or what came instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its end.
    Whole(String),
    /// More than a line may hold.
    TooLong,
    /// The end of the connection.
    Ended,
}

/// Reads one line, up to a line feed.
pub(super) async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Line> {
    let mut bytes = Vec::new();
    loop {
        let there = stream.fill_buf().await?;
        if there.is_empty() {
            return Ok(Line::Ended);
        }
        let end = there.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(there.len(), |end| end + 1);
        bytes.extend_from_slice(&there[..taken]);
        stream.consume(taken);
        if bytes.len() > LINE {
            return Ok(Line::TooLong);
        }
        if end.is_some() {
            let text = String::from_utf8_lossy(&bytes);
            return Ok(Line::Whole(text.trim_end_matches(['\r', '\n']).to_owned()));
        }
    }
}

/// A content, or what came instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All of it, dots taken off.
    Whole(Vec<u8>),
    /// It was larger than is taken, and was read to its end.
    TooLarge,
    /// The connection ended before it did.
    Ended,
}

/// So much beyond what is taken is read, for the sake of an answer; then the connection is closed.
const PATIENCE: usize = 16 * 1024 * 1024;

/// Reads up to the final dot, which stands alone between two whole line ends: a bare line feed ends
/// nothing, so that nobody can hide one message within another.
pub(super) async fn content(
    stream: &mut (impl AsyncBufRead + Unpin),
    largest: usize,
) -> io::Result<Content> {
    let (mut kept, mut size, mut read) = (Vec::new(), 0_usize, 0_usize);
    let mut place = Place::LineBegins;
    loop {
        let there = stream.fill_buf().await?;
        if there.is_empty() || read > largest.saturating_add(PATIENCE) {
            return Ok(Content::Ended);
        }
        let mut taken = 0;
        let mut ended = false;
        for byte in there {
            taken += 1;
            let (next, keep) = place.step(*byte);
            place = next;
            if place == Place::Ended {
                ended = true;
                break;
            }
            if keep {
                size += 1;
                if size <= largest + 1 {
                    kept.push(*byte);
                }
            }
        }
        read += taken;
        stream.consume(taken);
        if ended {
            // The carriage return of the final dot's line was kept before it was known to be one.
            size -= 1;
            kept.truncate(size);
            return Ok(if size > largest {
                Content::TooLarge
            } else {
                Content::Whole(kept)
            });
        }
    }
}

/// Where in a content one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    LineBegins,
    Within,
    /// After a carriage return.
    Return,
    /// After a dot at the beginning of a line.
    Dot,
    /// ... and a carriage return.
    DotReturn,
    Ended,
}

impl Place {
    /// The place after a byte, and whether the byte belongs to the content.
    const fn step(self, byte: u8) -> (Self, bool) {
        match (self, byte) {
            (Self::LineBegins, b'.') => (Self::Dot, false),
            (Self::Dot, b'\r') => (Self::DotReturn, true),
            (Self::DotReturn, b'\n') => (Self::Ended, false),
            (Self::Return, b'\n') => (Self::LineBegins, true),
            (_, b'\r') => (Self::Return, true),
            (_, _) => (Self::Within, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::BufReader;

    use super::*;

    async fn read(text: &[u8], largest: usize) -> Content {
        let mut stream = BufReader::with_capacity(3, text);
        content(&mut stream, largest).await.unwrap()
    }

    #[tokio::test]
    async fn a_content_ends_with_a_dot_between_whole_line_ends() {
        let whole = |text: &[u8]| Content::Whole(text.to_vec());
        assert_eq!(read(b"a\r\n.\r\nrest", 99).await, whole(b"a\r\n"));
        assert_eq!(read(b".\r\n", 99).await, whole(b""));
        assert_eq!(
            read(b"..\r\n...a\r\n.\r\n", 99).await,
            whole(b".\r\n..a\r\n")
        );
        assert_eq!(read(b"a\n.\nb\r\n.\r\n", 99).await, whole(b"a\n.\nb\r\n"));
        assert_eq!(
            read(b"a\n.\r\nb\r\n.\r\n", 99).await,
            whole(b"a\n.\r\nb\r\n")
        );
        assert_eq!(read(b"a\r\n.", 99).await, Content::Ended);
        assert_eq!(read(b"", 99).await, Content::Ended);
    }

    #[tokio::test]
    async fn what_is_too_large_is_read_to_its_end_and_not_kept() {
        assert_eq!(
            read(b"abcd\r\n.\r\n", 6).await,
            Content::Whole(b"abcd\r\n".to_vec())
        );
        assert_eq!(read(b"abcde\r\n.\r\n", 6).await, Content::TooLarge);
    }

    #[tokio::test]
    async fn a_line_has_a_longest_length() {
        let mut stream = BufReader::new(&b"NOOP\r\nabc"[..]);
        assert_eq!(
            line(&mut stream).await.unwrap(),
            Line::Whole("NOOP".to_owned())
        );
        assert_eq!(line(&mut stream).await.unwrap(), Line::Ended);
        let long = vec![b'a'; 1_000_000];
        let mut stream = BufReader::new(&long[..]);
        assert_eq!(line(&mut stream).await.unwrap(), Line::TooLong);
    }

    proptest! {
        #[test]
        fn what_a_client_stuffs_comes_out_as_it_was(lines in proptest::collection::vec("[.a\n]{0,6}", 0..20)) {
            // A line that ends in a bare line feed is no line of its own; ours are joined by whole ends.
            let body: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let stuffed: String = lines
                .iter()
                .map(|line| if line.starts_with('.') { format!(".{line}\r\n") } else { format!("{line}\r\n") })
                .collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let read = runtime.block_on(read(format!("{stuffed}.\r\n").as_bytes(), 10_000));
            prop_assert_eq!(read, Content::Whole(body.into_bytes()));
        }
    }
}
