//! A made-up story of the real size, for tests and for looking at the page. It is the same each time.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::demo::story::{
    ChallengeStory, Counts, FunnelCell, JudgeStory, MailKind, MatchStory, RankedStory, SpanStory,
    StepTime, Story, Timeline, Titled,
};

const PROVINCES: [(&str, &str, &str); 6] = [
    ("12", "Sumatera Utara", "North Sumatra"),
    ("35", "Jawa Timur", "East Java"),
    ("36", "Banten", "Banten"),
    ("53", "Nusa Tenggara Timur", "East Nusa Tenggara"),
    ("61", "Kalimantan Barat", "West Kalimantan"),
    ("73", "Sulawesi Selatan", "South Sulawesi"),
];
const ISSUES: [(&str, &str, &str); 7] = [
    ("kemiskinan", "Pengentasan kemiskinan", "Poverty reduction"),
    ("kesehatan", "Kesehatan", "Health"),
    (
        "air-bersih",
        "Air bersih dan sanitasi",
        "Clean water and sanitation",
    ),
    (
        "pendidikan",
        "Akses dan mutu pendidikan",
        "Access to and quality of education",
    ),
    (
        "stunting",
        "Stunting serta kesehatan ibu dan anak",
        "Stunting and maternal and child health",
    ),
    (
        "perkawinan-anak",
        "Pencegahan perkawinan anak",
        "Prevention of child marriage",
    ),
    ("sampah", "Pengelolaan sampah", "Waste management"),
];
const WHAT: [&str; 8] = [
    "Koperasi digital nelayan",
    "Klinik perahu antarpulau",
    "Saringan biopasir rumah tangga",
    "Perpustakaan gerobak keliling",
    "Dapur gizi posyandu",
    "Radio remaja desa",
    "Bank sampah pasar tradisional",
    "Kebun protein halaman rumah",
];
const WHERE: [&str; 8] = [
    "di pesisir timur",
    "untuk dusun terpencil",
    "bersama kader perempuan",
    "dengan iuran warga yang terbuka",
    "di sekolah dasar negeri",
    "lewat kelompok tani muda",
    "di pasar kecamatan",
    "dengan pendampingan dua belas minggu",
];
/// Service, name, the place of the parent among the spans, start and duration in microseconds.
const SPANS: [(&str, &str, Option<usize>, u64, u64); 16] = [
    (
        "intake",
        "winner.intake.v1.SubmissionService/Submit",
        None,
        0,
        14_200,
    ),
    ("intake", "db.submission.lock", Some(0), 1_900, 1_100),
    ("intake", "db.submission.seal", Some(0), 4_100, 2_300),
    ("intake", "db.outbox.append", Some(0), 8_000, 900),
    (
        "intake",
        "relay publish submission.submitted",
        Some(0),
        21_500,
        6_400,
    ),
    (
        "matching",
        "submission.submitted process",
        Some(4),
        29_800,
        38_000,
    ),
    (
        "matching",
        "winner.intake.v1.MatchingService/BatchGetMatchingText",
        Some(5),
        33_000,
        11_200,
    ),
    (
        "matching",
        "db.submission_copy.upsert",
        Some(5),
        47_000,
        1_400,
    ),
    (
        "judging",
        "submission.submitted process",
        Some(4),
        30_400,
        9_700,
    ),
    ("judging", "db.entry_copy.insert", Some(8), 33_900, 1_200),
    (
        "notification",
        "submission.submitted process",
        Some(4),
        30_900,
        12_100,
    ),
    (
        "notification",
        "winner.intake.v1.DirectoryService/ResolveRecipients",
        Some(10),
        33_200,
        5_300,
    ),
    ("notification", "db.message.insert", Some(10), 40_100, 1_600),
    ("notification", "message.send", Some(10), 95_000, 61_000),
    (
        "notification",
        "winner.intake.v1.DirectoryService/BatchGetContacts",
        Some(13),
        97_000,
        7_200,
    ),
    ("notification", "smtp.deliver", Some(13), 108_000, 46_500),
];

fn titled(from: &[(&str, &str, &str)]) -> Vec<Titled> {
    from.iter()
        .map(|(id, title_id, title_en)| Titled {
            id: (*id).into(),
            title_id: (*title_id).into(),
            title_en: (*title_en).into(),
        })
        .collect()
}

/// A story with 466 submissions, 60 challenges, 40 judges.
pub(super) fn story() -> Story {
    let mut rng = StdRng::seed_from_u64(2027);
    let title = |rng: &mut StdRng| {
        format!(
            "{} {}",
            WHAT.choose(rng).unwrap(),
            WHERE.choose(rng).unwrap()
        )
    };
    let places: Vec<(&str, &str)> = (0..466)
        .map(|n| {
            (
                PROVINCES[[1, 1, 0, 5, 3, 4, 2, 1, 0, 5][n % 10]].0,
                ISSUES.choose(&mut rng).unwrap().0,
            )
        })
        .collect();
    let ranking = ranking(&mut rng, &places, title);
    let challenges = challenges(&mut rng, title);
    let matches: Vec<&MatchStory> = challenges.iter().flat_map(|c| &c.matches).collect();
    let judges = judges(&mut rng);
    Story {
        seed: 2027,
        edition: Titled {
            id: "0197c0de-0000-7000-8000-000000002027".into(),
            title_id: "Kompetisi Contoh Wirausaha Sosial 2026".into(),
            title_en: "Example Competition for Social Enterprises 2026".into(),
        },
        data_notice: "DATA CONTOH".into(),
        counts: Counts {
            offices: 108,
            challenges: 60,
            drafted: 466,
            accepted: 452,
            refused_late: 6,
            refused_incomplete: 8,
            eligible: 440,
            ineligible: 12,
            matches_proposed: matches.len(),
            matches_accepted: matches.iter().filter(|m| m.accepted).count(),
            seats: 1_320,
            scorecards: judges.iter().map(|j| j.load).sum(),
            replaced: 3,
            mails: 3_297,
            texts: 892,
            webhooks: 1_020,
            unknown: 0,
        },
        steps: [
            ("offices accepted", 108, 2.4),
            ("challenges published", 60, 1.3),
            ("submissions accepted", 452, 6.8),
            ("matches answered", 1_004, 5.2),
            ("scorecards sent", 1_320, 11.7),
            ("ranking published", 440, 3.1),
        ]
        .map(|(name, count, seconds)| StepTime {
            name: name.into(),
            count,
            seconds,
        })
        .into(),
        issues: titled(&ISSUES),
        provinces: titled(&PROVINCES),
        funnel: funnel(&places),
        challenges,
        judges,
        ranking,
        timeline: timeline(),
        mails: [
            (
                "submission.received",
                "Proposal Anda kami terima: 7F2A-91C4",
                904,
            ),
            (
                "match.proposed",
                "Tawaran pemadanan untuk tantangan Anda",
                1_004,
            ),
            ("outcome.announced", "Hasil seleksi administrasi", 452),
            ("result.published", "Peringkat telah diumumkan", 440),
            ("office.invited", "Undangan menjadi juri", 108),
            ("panel.assigned", "Proposal yang Anda nilai", 389),
        ]
        .map(|(template, subject, sent)| MailKind {
            template: template.into(),
            subject: subject.into(),
            sent,
        })
        .into(),
        panel_hash: "5e".repeat(32),
        ranking_hash: "a1".repeat(32),
        inputs_hash: "c7".repeat(32),
    }
}

/// The first of 466 submissions pass each stage.
fn funnel(places: &[(&str, &str)]) -> Vec<FunnelCell> {
    let mut cells: Vec<FunnelCell> = Vec::new();
    for (n, (province, issue)) in places.iter().enumerate() {
        let at = cells
            .iter()
            .position(|c| c.region_code == *province && c.issue_id == *issue)
            .unwrap_or(cells.len());
        if at == cells.len() {
            cells.push(FunnelCell {
                region_code: (*province).into(),
                issue_id: (*issue).into(),
                ..FunnelCell::default()
            });
        }
        let cell = &mut cells[at];
        cell.drafted += 1;
        cell.accepted += usize::from(n % 33 != 0);
        cell.eligible += usize::from(n % 33 != 0 && n % 37 != 1);
        cell.matched += usize::from(n % 33 != 0 && n / 3 % 5 < 2);
        cell.ranked += usize::from(n % 33 != 0 && n % 37 != 1 && n % 61 != 2);
    }
    cells
}

fn challenges(rng: &mut StdRng, title: impl Fn(&mut StdRng) -> String) -> Vec<ChallengeStory> {
    let challenge = |n: usize| {
        let (province, issue) = (PROVINCES[n % 6], ISSUES[n % 7]);
        let mut matches: Vec<_> = (0..17)
            .map(|_| {
                let (subject, place) = (
                    rng.random_range(90_000..500_000),
                    rng.random_range(40_000..300_000),
                );
                MatchStory {
                    submission_id: format!(
                        "0197c0de-0000-7000-8000-{:012x}",
                        rng.random_range(0..466)
                    ),
                    title: title(rng),
                    score_micro: 180_000 + subject + place,
                    parts: vec![
                        ("issue".into(), 180_000),
                        ("text".into(), subject),
                        ("region".into(), place),
                    ],
                    accepted: rng.random_bool(
                        f64::from(u32::try_from(subject + place).unwrap()) / 2_000_000.0,
                    ),
                }
            })
            .collect();
        matches.sort_by_key(|m| std::cmp::Reverse(m.score_micro));
        ChallengeStory {
            challenge_id: format!("0197c0de-0000-7000-8000-c{n:011x}"),
            region_code: format!("{}.{:02}", province.0, n / 6 + 1),
            government: format!("Kabupaten Contoh {} ({})", n / 6 + 1, province.1),
            issue_id: issue.0.into(),
            title: "Anak di dusun jauh tidak lancar membaca sampai kelas empat".into(),
            matches,
        }
    };
    (0..60).map(challenge).collect()
}

fn judges(rng: &mut StdRng) -> Vec<JudgeStory> {
    let judge = |n: usize| {
        let planted = rng.random_range(-1_400..1_400);
        let known = n % 20 != 7;
        JudgeStory {
            label: format!("Juri {}", n + 1),
            load: rng.random_range(31..36),
            planted_thousandths: planted,
            estimated_thousandths: known.then(|| planted * 9 / 10 + rng.random_range(-330..330)),
            error_thousandths: known.then_some(165),
        }
    };
    (0..40).map(judge).collect()
}

fn ranking(
    rng: &mut StdRng,
    places: &[(&str, &str)],
    title: impl Fn(&mut StdRng) -> String,
) -> Vec<RankedStory> {
    let entry = |n: usize| {
        let quality = rng.random_range(2_500..9_000_i64);
        let score = quality * 8 / 10 + 1_100 + rng.random_range(-700..700);
        let half = rng.random_range(450..900);
        RankedStory {
            rank: 0,
            submission_id: format!("0197c0de-0000-7000-8000-{n:012x}"),
            title: title(rng),
            region_code: places[n].0.into(),
            issue_id: places[n].1.into(),
            score_thousandths: score,
            low_thousandths: score - half,
            high_thousandths: score + half,
            reviews: 3,
            quality_thousandths: quality,
            tie_break: String::new(),
        }
    };
    let mut rows: Vec<_> = (0..440).map(entry).collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.score_thousandths));
    for (rank, row) in (1..).zip(&mut rows) {
        row.rank = rank;
    }
    rows[4].tie_break = "higher mean of social impact".into();
    rows
}

fn timeline() -> Timeline {
    let id = |n: usize| format!("{n:016x}");
    let span = |(n, (service, name, parent, start, duration)): (
        usize,
        &(&str, &str, Option<usize>, u64, u64),
    )| SpanStory {
        span_id: id(n + 1),
        parent_id: parent.map_or_else(String::new, |p| id(p + 1)),
        service: (*service).into(),
        name: (*name).into(),
        start_micros: *start,
        duration_micros: *duration,
    };
    Timeline {
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".into(),
        spans: SPANS.iter().enumerate().map(span).collect(),
    }
}
