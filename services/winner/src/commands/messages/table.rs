//! Columns, as wide as what stands in them.

/// A table.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads.
    pub(super) fn new(heads: &[&str]) -> Self {
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        Self { rows: vec![heads] }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// How many rows there are under the heads.
    pub(super) fn len(&self) -> usize {
        self.rows.len() - 1
    }

    /// The text, with a line's end behind every row; columns in which nothing stands are left out.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
        let filled: Vec<(usize, usize)> = (0..columns)
            .filter(|at| {
                self.rows
                    .iter()
                    .skip(1)
                    .any(|row| !cell(row, *at).is_empty())
            })
            .map(|at| {
                let lengths = self.rows.iter().map(|row| cell(row, at).chars().count());
                (at, lengths.max().unwrap_or_default())
            })
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = filled
                .iter()
                .map(|(at, width)| format!("{:width$}", cell(row, *at), width = *width))
                .collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}
