//! The page of somebody who leaves, Indonesian first.

/// What the page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// Nothing has happened yet.
    Asks,
    /// They left.
    Left,
    /// They came back.
    Back,
    /// The link is none of ours.
    Unknown,
    /// Not now.
    Later,
}

struct Words {
    heading: &'static str,
    indonesian: &'static str,
    english: &'static str,
    button: Option<(&'static str, &'static str, &'static str)>,
}

const fn words(page: Page) -> Words {
    match page {
        Page::Asks => Words {
            heading: "Berhenti menerima surel ini?",
            indonesian: "Tekan tombol di bawah bila Anda tidak ingin lagi menerima surel {about}. Surel penting tentang \
                         hak dan kewajiban Anda tetap kami kirim.",
            english: "Press the button if you no longer want e-mails {about}. You will still get what concerns your \
                      rights and duties.",
            button: Some((
                "List-Unsubscribe",
                "One-Click",
                "Berhenti berlangganan \u{b7} Unsubscribe",
            )),
        },
        Page::Left => Words {
            heading: "Anda sudah berhenti berlangganan",
            indonesian: "Kami tidak lagi mengirim surel {about} kepada Anda. Berubah pikiran? Tekan tombol di bawah.",
            english: "We will not send you e-mails {about} any more. Changed your mind? Press the button.",
            button: Some(("again", "1", "Terima lagi \u{b7} Subscribe again")),
        },
        Page::Back => Words {
            heading: "Anda menerima surel ini lagi",
            indonesian: "Mulai sekarang surel {about} kami kirim lagi kepada Anda.",
            english: "From now on you get e-mails {about} again.",
            button: None,
        },
        Page::Unknown => Words {
            heading: "Tautan tidak dikenal",
            indonesian: "Tautan ini tidak lengkap atau sudah tidak berlaku. Bukalah langsung dari surel Anda.",
            english: "This link is incomplete or no longer valid. Please open it from your e-mail.",
            button: None,
        },
        Page::Later => Words {
            heading: "Belum berhasil",
            indonesian: "Permintaan Anda belum dapat kami catat. Mohon coba lagi beberapa menit lagi.",
            english: "We could not record your request. Please try again in a few minutes.",
            button: None,
        },
    }
}

/// What messages of a purpose are about.
fn about(purpose: &str) -> (&'static str, &'static str) {
    match purpose {
        "match_proposed" => (
            "tentang usulan kerja sama baru",
            "about newly proposed matches",
        ),
        "match_answered" => (
            "tentang jawaban atas usulan kerja sama",
            "about answers to proposed matches",
        ),
        "round_opened" => (
            "tentang dibukanya tahap penilaian",
            "about rounds of judging that open",
        ),
        "assignment_added" => (
            "tentang tambahan tugas penilaian",
            "about added assignments",
        ),
        _ => ("jenis ini", "of this kind"),
    }
}

/// The page as HTML. `edition` is a title that organisers wrote.
pub(super) fn page(page: Page, edition: &str, purpose: &str) -> String {
    let words = words(page);
    let (indonesian, english) = about(purpose);
    let button = words
        .button
        .map_or_else(String::new, |(name, value, label)| {
            format!(
                "<form method=\"post\"><input type=\"hidden\" name=\"{name}\" value=\"{value}\">\
             <button>{label}</button></form>"
            )
        });
    let edition = escaped(edition);
    format!(
        "<!doctype html>\n<html lang=\"id\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{heading} \u{b7} WiNNER</title>\n{STYLE}\
         </head>\n<body>\n<main>\n<p class=\"brand\">WiNNER</p>\n<h1>{heading}</h1>\n\
         <p class=\"edition\">{edition}</p>\n<p>{indonesian}</p>\n<p lang=\"en\">{english}</p>\n{button}\n</main>\n\
         </body>\n</html>\n",
        heading = words.heading,
        indonesian = words.indonesian.replace("{about}", indonesian),
        english = words.english.replace("{about}", english),
    )
}

const STYLE: &str = "<style>\n\
    body{margin:0;padding:24px 12px;background:#eef1f0;color:#1f2933;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif}\n\
    main{max-width:34em;margin:0 auto;padding:24px 28px;background:#fff;border-radius:8px}\n\
    .brand{margin:0;color:#0b5345;font-weight:600;letter-spacing:.06em}\n\
    h1{margin:8px 0 4px;font-size:22px;line-height:1.3}\n\
    .edition{margin:0 0 16px;color:#52606d}\n\
    [lang=en]{color:#52606d}\n\
    button{padding:12px 24px;border:0;border-radius:6px;background:#0b5345;color:#fff;font:inherit;font-weight:600;cursor:pointer}\n\
    button:focus-visible{outline:3px solid #f5b301;outline-offset:2px}\n\
    @media(prefers-color-scheme:dark){body{background:#0f1715;color:#e4e7eb}main{background:#18231f}.brand{color:#7fd1bd}\
    .edition,[lang=en]{color:#a7b3bd}}\n\
    </style>\n";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_in_indonesian_first() {
        insta::assert_snapshot!(page(Page::Asks, "Contoh 2026", "match_proposed"));
    }

    #[test]
    fn what_organisers_wrote_is_no_markup() {
        let html = page(Page::Left, "<script>alert(1)</script>", "round_opened");
        assert!(!html.contains("<script>"));
        assert!(html.contains("&lt;script&gt;"));
    }
}
