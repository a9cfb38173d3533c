//! The mails that were sent, by what they told.

use anyhow::Result;
use plotters::prelude::Rectangle;
use plotters::style::text_anchor::HPos;

use crate::demo::report::canvas::{Ink, PX};
use crate::demo::report::figure::{Figure, Head};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::Story;

/// The height of a mail's name and its bar, in pixels.
const ROW: i32 = 40;

/// Mails by template.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new("Surel menurut isinya", "Mails by what they told");
    let mails = &story.mails;
    let (Some(first), Some(most)) = (
        mails.iter().max_by_key(|m| m.sent),
        mails.iter().map(|m| m.sent).max(),
    ) else {
        return Ok(Figure::new(
            "jenis-surel",
            title,
            Text::new("Belum ada surel.", "There is no mail yet."),
        ));
    };
    let total: usize = mails.iter().map(|m| m.sent).sum();
    let says = Text::said(|l| {
        let (total, kinds, most, unknown) = (
            l.whole(total),
            l.whole(mails.len()),
            l.whole(most),
            l.whole(story.counts.unknown),
        );
        let template = &first.template;
        match l {
            Language::Indonesian => format!(
                "{total} surel dari {kinds} templat; terbanyak {template} ({most}). Yang tidak diketahui nasibnya: {unknown}."
            ),
            Language::English => format!(
                "{total} mails from {kinds} templates; most often {template} ({most}). Those whose fate cannot be said: {unknown}."
            ),
        }
    });
    let rows = mails.iter().map(|m| {
        vec![
            Text::same(&m.template),
            Text::same(&m.subject),
            Text::whole(m.sent),
        ]
    });
    let heads = vec![
        Head::words("Templat", "Template"),
        Head::words("Contoh subjek", "An example's subject"),
        Head::number("Surel", "Mails"),
    ];
    Figure::new("jenis-surel", title, says)
        .table(heads, rows.collect())
        .draw(
            |_| i32::try_from(mails.len()).unwrap_or(0) * ROW,
            |area, layout| {
                let widest = i64::from((layout.width() - 60) * PX);
                (0..).zip(mails).try_for_each(|(n, mail)| {
                    let top = n * ROW * PX;
                    let end = i32::try_from(
                        widest * i64::try_from(mail.sent)? / i64::try_from(most.max(1))?,
                    )?;
                    area.draw_text(
                        &mail.template,
                        &Ink::Text.text(layout, HPos::Left),
                        (0, top + 9 * PX),
                    )?;
                    area.draw(&Rectangle::new(
                        [(0, top + 18 * PX), (end, top + 30 * PX)],
                        Ink::Blue.fill(),
                    ))?;
                    area.draw_text(
                        &Text::whole(mail.sent).joined(),
                        &Ink::Text.text(layout, HPos::Left),
                        (end + 6 * PX, top + 24 * PX),
                    )?;
                    Ok(())
                })
            },
        )
}
