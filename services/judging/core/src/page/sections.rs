//! The sections of the page.
#![expect(
    clippy::format_collect,
    reason = "rows read best as a map; a page is small"
)]

use super::charts::interval;
use super::escape;
use crate::report::{EntryFigures, JudgeFigures, Report};
use crate::sensitivity::Method;

pub(super) fn title(indonesian: &str, english: &str) -> String {
    format!("<h2>{indonesian} <span class=\"en\">· {english}</span></h2>\n")
}

pub(super) fn both(indonesian: &str, english: &str) -> String {
    format!(
        "{} <span class=\"en\">· {}</span>",
        escape(indonesian),
        escape(english)
    )
}

fn figure(value: Option<f64>, places: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.places$}"))
}

fn name(method: Method) -> (&'static str, &'static str) {
    match method {
        Method::Mean => ("rata-rata", "mean"),
        Method::Trimmed => ("rata-rata terpangkas", "trimmed mean"),
        Method::Median => ("median", "median"),
        Method::Z => ("skor z per juri", "per-judge z-scores"),
        Method::Fixed => ("efek juri tetap", "additive fixed effects"),
        Method::Reml => ("efek acak silang (REML)", "crossed random effects (REML)"),
    }
}

pub(super) fn heading(report: &Report) -> String {
    let (id, en) = name(report.ranked_by);
    let counts = both(
        &format!(
            "{} entri, {} juri, {} penilaian",
            report.n_entry, report.n_judge, report.n
        ),
        &format!(
            "{} entries, {} judges, {} reviews",
            report.n_entry, report.n_judge, report.n
        ),
    );
    let method = both(
        &format!("Diperingkat menurut {id}"),
        &format!("Ranked by {en}"),
    );
    let refusal = report.refusal.as_ref().map_or_else(String::new, |refusal| {
        let said = both(
            &format!("Perbedaan juri tidak dikoreksi: {}.", refusal.id),
            &format!("Judges' differences are not corrected: {}.", refusal.en),
        );
        format!("<p class=\"notice\">{said}</p>\n")
    });
    format!(
        "<h1>Peringkat <span class=\"en\">· Ranking</span></h1>\n<p>{counts}</p>\n<p>{method}</p>\n{refusal}"
    )
}

pub(super) fn ranking(report: &Report, taken: Option<&[String]>) -> String {
    let ends = report
        .entries
        .values()
        .filter_map(|figures| figures.interval);
    let axis = ends.fold([f64::INFINITY, f64::NEG_INFINITY], |axis, ends| {
        [libm::fmin(axis[0], ends[0]), libm::fmax(axis[1], ends[1])]
    });
    let rows: String = report
        .ranked()
        .into_iter()
        .map(|(entry, figures)| ranking_row(entry, figures, axis, taken))
        .collect();
    let shortlisted = taken.map_or_else(String::new, |_| {
        let legend = both(
            "Garis hijau di kiri: masuk daftar pendek.",
            "A green line on the left: on the shortlist.",
        );
        format!("<p>{legend}</p>\n")
    });
    let top = report
        .top
        .map_or_else(String::new, |k| format!("<th>P(≤ {k})</th>"));
    format!(
        "{}<p>{}</p>\n{shortlisted}<table>\n<thead><tr><th>#</th><th>Entri<br><span class=\"en\">Entry</span></th>\
         <th>Skor<br><span class=\"en\">Score</span></th><th>Rata-rata mentah<br><span class=\"en\">Raw mean</span></th>\
         <th>Penilaian<br><span class=\"en\">Reviews</span></th><th>Selang 90 %<br><span class=\"en\">90 % interval</span></th>\
         <th>Harapan #<br><span class=\"en\">Expected #</span></th>{top}<th>Rentang #<br><span class=\"en\">Range of #</span></th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n",
        title("Peringkat", "Ranking"),
        both(
            "Selang menunjukkan mutu sebenarnya dengan peluang 90 %; rentang # adalah peringkat terbaik dan terburuk menurut semua metode.",
            "The interval holds the true merit with 90 % probability; the range of # is the best and worst rank under every method.",
        ),
    )
}

/// Entries that need more judges.
pub(super) fn unranked(report: &Report) -> String {
    if report.unranked.is_empty() {
        return String::new();
    }
    let items: String = report
        .unranked
        .iter()
        .map(|short| {
            let (entry, reviews, needed) = (&short.entry, short.reviews, short.needed);
            let said = both(
                &format!("{entry}: {reviews} dari {needed} penilaian"),
                &format!("{entry}: {reviews} of {needed} reviews"),
            );
            format!("<li>{said}</li>\n")
        })
        .collect();
    format!(
        "{}<ul>\n{items}</ul>\n",
        title(
            "Belum diperingkat: perlu juri lain",
            "Not ranked yet: more judges are needed"
        )
    )
}

fn ranking_row(
    entry: &str,
    figures: &EntryFigures,
    axis: [f64; 2],
    taken: Option<&[String]>,
) -> String {
    let picture = match (figures.merit, figures.interval) {
        (Some(merit), Some(ends)) => interval(merit, ends, axis),
        _ => "–".to_owned(),
    };
    let top = figures
        .p_top_k
        .map_or_else(String::new, |p| format!("<td>{p:.2}</td>"));
    let class = if taken.is_some_and(|taken| taken.iter().any(|t| t == entry)) {
        " class=\"in\""
    } else {
        ""
    };
    let tie = figures.tie.as_ref().map_or_else(String::new, |tie| {
        format!("<br><small>{}</small>", both(&tie.id, &tie.en))
    });
    format!(
        "<tr{class}><td>{}</td><td>{}{tie}</td><td>{:.3}</td><td>{:.3}</td><td>{}</td><td>{picture}</td><td>{}</td>{top}<td>{}–{}</td></tr>\n",
        figures.rank,
        escape(entry),
        figures.score,
        figures.raw,
        figures.reviews,
        figure(figures.expected_rank, 1),
        figures.rank_range[0],
        figures.rank_range[1],
    )
}

pub(super) fn judges(report: &Report) -> String {
    let mut judges: Vec<(&String, &JudgeFigures)> = report.judges.iter().collect();
    judges.sort_by(|(_, a), (_, b)| a.blup.unwrap_or(0.0).total_cmp(&b.blup.unwrap_or(0.0)));
    let reach = |figures: &JudgeFigures| {
        libm::fabs(figures.blup.unwrap_or(0.0)) + 1.645 * figures.pev_sd.unwrap_or(0.0)
    };
    let axis = judges
        .iter()
        .map(|(_, figures)| reach(figures))
        .fold(0.0, f64::max);
    let rows: String = judges
        .into_iter()
        .enumerate()
        .map(|(index, (judge, figures))| {
            let picture = match (figures.blup, figures.pev_sd) {
                (Some(blup), Some(sd)) => {
                    interval(blup, [blup - 1.645 * sd, blup + 1.645 * sd], [-axis, axis])
                }
                _ => "–".to_owned(),
            };
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{picture}</td><td>{:.3}</td><td>{}</td></tr>\n",
                index + 1,
                escape(judge),
                figure(figures.blup, 2),
                figures.mean,
                figures.reviews
            )
        })
        .collect();
    format!(
        "{}<table>\n<thead><tr><th></th><th>Juri<br><span class=\"en\">Judge</span></th>\
         <th>Kemurahan<br><span class=\"en\">Leniency</span></th><th>Selang 90 %<br><span class=\"en\">90 % interval</span></th>\
         <th>Rata-rata<br><span class=\"en\">Mean</span></th><th>Penilaian<br><span class=\"en\">Reviews</span></th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n",
        title("Juri, dari yang paling ketat", "Judges, strictest first")
    )
}

pub(super) fn agreement(report: &Report) -> String {
    let agreement = &report.agreement;
    let prospects: String = agreement
        .prospects
        .iter()
        .map(|prospect| {
            format!(
                "<tr><td>{}</td><td class=\"text\">{:.2}</td><td>{:.2}</td><td>± {:.2}</td></tr>\n",
                prospect.reviews,
                prospect.generalizability,
                prospect.dependability,
                prospect.standard_error
            )
        })
        .collect();
    let sentence = both(
        &format!(
            "Alfa Krippendorff (ordinal) {}; celah spektral {:.2}; komponen {}.",
            figure(agreement.alpha_ordinal, 2),
            report.design.spectral_gap,
            report.design.components
        ),
        &format!(
            "Krippendorff's alpha (ordinal) {}; spectral gap {:.2}; components {}.",
            figure(agreement.alpha_ordinal, 2),
            report.design.spectral_gap,
            report.design.components
        ),
    );
    let table = if prospects.is_empty() {
        String::new()
    } else {
        format!(
            "<table>\n<thead><tr><th>Penilaian per entri<br><span class=\"en\">Reviews per entry</span></th>\
             <th>Keandalan, juri dikoreksi<br><span class=\"en\">Reliability, judges corrected</span></th>\
             <th>… tidak dikoreksi<br><span class=\"en\">… not corrected</span></th>\
             <th>Galat baku mutu<br><span class=\"en\">Standard error of merit</span></th></tr></thead>\n<tbody>\n{prospects}</tbody>\n</table>\n"
        )
    };
    format!(
        "{}<p>{sentence}</p>\n{table}",
        title("Kesepakatan juri", "Agreement")
    )
}

pub(super) fn sensitivity(report: &Report) -> String {
    let Some(first) = report.entries.values().next() else {
        return String::new();
    };
    let methods: Vec<Method> = first.ranks.keys().copied().collect();
    let head: String = methods
        .iter()
        .map(|method| {
            format!(
                "<th>{}<br><span class=\"en\">{}</span></th>",
                name(*method).0,
                name(*method).1
            )
        })
        .collect();
    let rows: String = report
        .ranked()
        .into_iter()
        .map(|(entry, figures)| {
            let ranks: String = methods
                .iter()
                .map(|method| {
                    format!(
                        "<td>{}</td>",
                        figures.ranks.get(method).copied().unwrap_or(0)
                    )
                })
                .collect();
            format!(
                "<tr><td>{}</td><td>{}</td>{ranks}</tr>\n",
                figures.rank,
                escape(entry)
            )
        })
        .collect();
    format!(
        "{}<table>\n<thead><tr><th>#</th><th>Entri<br><span class=\"en\">Entry</span></th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        title("Peringkat menurut setiap metode", "Rank under every method")
    )
}

pub(super) fn alarms(report: &Report) -> String {
    let items: String = report
        .alarms
        .iter()
        .map(|alarm| format!("<li>{}</li>\n", both(&alarm.id, &alarm.en)))
        .collect();
    let list = if items.is_empty() {
        format!("<p>{}</p>\n", both("Tidak ada.", "None."))
    } else {
        format!("<ul>\n{items}</ul>\n")
    };
    format!(
        "{}<p>{}</p>\n{list}",
        title("Yang perlu dilihat manusia", "What a human should look at"),
        both(
            "Peringatan tidak pernah mengubah nilai.",
            "Alarms never change a score."
        )
    )
}

pub(super) fn problems(report: &Report) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let items: String = report
        .problems
        .iter()
        .map(|problem| {
            let (id, en) = problem.kind.sentences();
            format!(
                "<li><b>{}</b>: {}</li>\n",
                escape(&problem.cell),
                both(&id, &en)
            )
        })
        .collect();
    format!(
        "{}<ul>\n{items}</ul>\n",
        title(
            "Yang perlu dibetulkan di lembar",
            "What to mend in the sheet"
        )
    )
}
