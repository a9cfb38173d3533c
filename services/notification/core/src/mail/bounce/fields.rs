//! Blocks of fields, as reports are made of: lines `Name: value`, which may go on in lines that begin
//! with a blank; an empty line ends a block.

/// Of a part, so many bytes are read.
const READ: usize = 64 * 1024;
/// No report of ours has more recipients.
const BLOCKS: usize = 50;
/// ... or fields in a block.
const FIELDS: usize = 200;

/// The fields up to an empty line; names in small letters.
#[derive(Debug, Default)]
pub(super) struct Block(Vec<(String, String)>);

impl Block {
    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name)?;
        Some(found.1.as_str())
    }

    fn take(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':')
            && self.0.len() < FIELDS
        {
            let name = name.trim_end().to_ascii_lowercase();
            self.0.push((name, value.trim().to_owned()));
        }
    }
}

/// The blocks of a part that hold anything.
pub(super) fn blocks(bytes: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(bytes.get(..READ).unwrap_or(bytes));
    let mut blocks = Vec::new();
    let mut block = Block::default();
    for line in lines(&text) {
        if !line.trim().is_empty() {
            block.take(line);
        } else if !block.0.is_empty() {
            blocks.push(std::mem::take(&mut block));
            if blocks.len() == BLOCKS {
                return blocks;
            }
        }
    }
    if !block.0.is_empty() {
        blocks.push(block);
    }
    blocks
}

/// The header of a message: its first block.
pub(super) fn header(bytes: &[u8]) -> Block {
    blocks(bytes).into_iter().next().unwrap_or_default()
}

/// Lines, whatever ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_go_on_in_the_next_line() {
        let blocks = blocks(b"A: one\r\n  two\r\nB:three\r\n\r\n\r\nA: four");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].get("a"), Some("one two"));
        assert_eq!(blocks[0].get("b"), Some("three"));
        assert_eq!(blocks[1].get("a"), Some("four"));
    }

    #[test]
    fn what_is_no_field_is_passed_over() {
        let blocks = blocks(b" lost\nnonsense\nA: b\xff\n");
        assert_eq!(blocks[0].get("a"), Some("b\u{fffd}"));
    }

    #[test]
    fn no_report_is_read_for_ever() {
        assert_eq!(blocks("A: b\n\n".repeat(10_000).as_bytes()).len(), BLOCKS);
        assert_eq!(
            blocks("A: b\n".repeat(10_000).as_bytes())[0].0.len(),
            FIELDS
        );
    }
}
