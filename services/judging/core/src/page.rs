//! A report for people: a page to read and print, and a sheet to carry on with.
//!
//! The page is one file without scripts, pictures or anything from elsewhere; Indonesian first, English
//! second; it prints on A4.

mod charts;
mod cut;
mod sections;

use crate::quota::Swap;
use crate::report::Report;

const STYLE: &str = include_str!("page/page.css");

/// Where the ranking is cut.
#[derive(Debug, Clone, Copy)]
pub struct Cut<'a> {
    /// Who is on the shortlist.
    pub taken: &'a [String],
    /// Who is in or out because of a quota.
    pub swaps: &'a [Swap],
    /// Who is too close to the cut to call.
    pub band: &'a [String],
}

/// The report as one self-contained page, with the cut where there is one.
pub fn html(report: &Report, cut: Option<&Cut<'_>>) -> String {
    let body = [
        sections::heading(report),
        sections::ranking(report, cut.map(|cut| cut.taken)),
        cut::cut(cut),
        sections::unranked(report),
        sections::judges(report),
        sections::agreement(report),
        sections::sensitivity(report),
        sections::alarms(report),
        sections::problems(report),
    ]
    .concat();
    format!(
        "<!doctype html>\n<html lang=\"id\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Peringkat · Ranking</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

/// The report as comma-separated rows, best first.
pub fn csv(report: &Report) -> String {
    let columns: std::collections::BTreeSet<&String> = report
        .entries
        .values()
        .flat_map(|figures| figures.extra.keys())
        .collect();
    let mut header: Vec<&str> = vec![
        "rank",
        "entry",
        "score",
        "raw",
        "reviews",
        "merit",
        "low",
        "high",
        "expected_rank",
        "p_top_k",
        "best_rank",
        "worst_rank",
    ];
    header.extend(columns.iter().map(|column| column.as_str()));
    let mut lines = vec![row(&header)];
    for (entry, figures) in report.ranked() {
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let mut cells = vec![
            figures.rank.to_string(),
            entry.clone(),
            figures.score.to_string(),
            figures.raw.to_string(),
            figures.reviews.to_string(),
            number(figures.merit),
            number(figures.interval.map(|[low, _]| low)),
            number(figures.interval.map(|[_, high]| high)),
            number(figures.expected_rank),
            number(figures.p_top_k),
            figures.rank_range[0].to_string(),
            figures.rank_range[1].to_string(),
        ];
        cells.extend(
            columns
                .iter()
                .map(|c| figures.extra.get(*c).cloned().unwrap_or_default()),
        );
        lines.push(row(&cells));
    }
    lines.concat()
}

fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| quote(cell.as_ref())).collect();
    format!("{}\r\n", quoted.join(","))
}

/// A cell that a spreadsheet reads as text, never as a formula.
fn quote(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let safe = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if safe.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// A text in HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_formulas_or_break_out() {
        assert_eq!(quote("=1+1"), "'=1+1");
        assert_eq!(quote("-5"), "-5");
        assert_eq!(quote("-cmd"), "'-cmd");
        assert_eq!(quote("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(escape("<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
