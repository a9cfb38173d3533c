//! Alarms with their sentences.

use serde::Serialize;

use super::Finding;

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarm {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// In English.
    pub en: String,
    /// In Indonesian.
    pub id: String,
}

impl From<Finding> for Alarm {
    fn from(finding: Finding) -> Self {
        let (en, id) = sentences(&finding);
        Self { finding, en, id }
    }
}

fn sentences(finding: &Finding) -> (String, String) {
    match finding {
        Finding::OutlyingReview {
            entry, judge, z, ..
        } => (
            format!(
                "{judge}'s score for {entry} is {z:+.1} standard deviations from what the others predict"
            ),
            format!(
                "nilai {judge} untuk {entry} menyimpang {z:+.1} simpangan baku dari perkiraan juri lain"
            ),
        ),
        Finding::SevereJudge {
            judge, leniency, ..
        } if *leniency < 0.0 => (
            format!("{judge} is much stricter than the others ({leniency:+.2} points)"),
            format!("{judge} jauh lebih ketat daripada juri lain ({leniency:+.2} poin)"),
        ),
        Finding::SevereJudge {
            judge, leniency, ..
        } => (
            format!("{judge} is much more lenient than the others ({leniency:+.2} points)"),
            format!("{judge} jauh lebih murah nilai daripada juri lain ({leniency:+.2} poin)"),
        ),
        Finding::ErraticJudge {
            judge, mean_square, ..
        } => (
            format!(
                "{judge}'s scores follow the entries less than the others' do ({mean_square:.1} times the usual deviation)"
            ),
            format!(
                "nilai {judge} kurang mengikuti mutu entri (penyimpangan {mean_square:.1} kali lipat)"
            ),
        ),
        Finding::MutedJudge {
            judge, mean_square, ..
        } => (
            format!(
                "{judge}'s scores are nearer to the others' than chance would have it ({mean_square:.2} times the usual deviation)"
            ),
            format!(
                "nilai {judge} lebih dekat dengan juri lain daripada yang wajar ({mean_square:.2} kali penyimpangan biasa)"
            ),
        ),
        Finding::FlatJudge {
            judge,
            share,
            reviews,
        } => (
            format!(
                "{judge} gave the same score in {:.0} % of {reviews} reviews",
                share * 100.0
            ),
            format!(
                "{judge} memberi nilai yang sama pada {:.0} % dari {reviews} penilaian",
                share * 100.0
            ),
        ),
        Finding::Halo {
            judge, correlation, ..
        } => (
            format!("{judge}'s criteria all say the same (correlation {correlation:.2})"),
            format!("semua kriteria {judge} bernilai searah (korelasi {correlation:.2})"),
        ),
        Finding::Affinity {
            column,
            judge: None,
            difference,
            home,
            ..
        } => (
            format!(
                "judges score entries of their own {column} {difference:+.2} points higher ({home} reviews)"
            ),
            format!(
                "juri menilai entri dengan {column} yang sama {difference:+.2} poin lebih tinggi ({home} penilaian)"
            ),
        ),
        Finding::Affinity {
            column,
            judge: Some(judge),
            difference,
            home,
            ..
        } => (
            format!(
                "{judge} scores entries of the same {column} {difference:+.2} points higher ({home} reviews)"
            ),
            format!(
                "{judge} menilai entri dengan {column} yang sama {difference:+.2} poin lebih tinggi ({home} penilaian)"
            ),
        ),
        Finding::Reciprocity {
            column,
            circles: [one, other],
            deviations: [there, back],
            ..
        } => (
            format!(
                "judges of {one} and of {other} ({column}) score each other's entries higher ({there:+.1} and {back:+.1} standard deviations)"
            ),
            format!(
                "juri {one} dan juri {other} ({column}) saling menilai lebih tinggi ({there:+.1} dan {back:+.1} simpangan baku)"
            ),
        ),
        Finding::Bloc {
            judges: [one, other],
            correlation,
            common,
            ..
        } => (
            format!(
                "{one} and {other} deviate together (correlation {correlation:.2} over {common} entries)"
            ),
            format!(
                "{one} dan {other} menyimpang bersama (korelasi {correlation:.2} pada {common} entri)"
            ),
        ),
        Finding::Drift { judge, t, .. } => (
            format!(
                "{judge} grew {} as the judging went on (t = {t:+.1})",
                if *t < 0.0 { "stricter" } else { "more lenient" }
            ),
            format!(
                "{judge} makin {} selama penilaian berjalan (t = {t:+.1})",
                if *t < 0.0 { "ketat" } else { "murah nilai" }
            ),
        ),
        Finding::Sequence { t, .. } => (
            format!(
                "entries seen after a good one are scored {} (t = {t:+.1})",
                if *t < 0.0 { "lower" } else { "higher" }
            ),
            format!(
                "entri yang dinilai setelah entri yang baik mendapat nilai lebih {} (t = {t:+.1})",
                if *t < 0.0 { "rendah" } else { "tinggi" }
            ),
        ),
        Finding::LowAgreement {
            criterion,
            alpha,
            generalizability,
        } => {
            let of = criterion.as_deref().unwrap_or("total");
            let figure =
                |value: &Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
            let (alpha, share) = (figure(alpha), figure(generalizability));
            (
                format!(
                    "judges understand `{of}` differently (alpha {alpha}, share of merit {share}): rewrite its anchors"
                ),
                format!(
                    "juri memahami `{of}` secara berbeda (alfa {alpha}, porsi mutu {share}): perjelas panduannya"
                ),
            )
        }
        Finding::WeakLinks { spectral_gap } => (
            format!("parts of the round share few judges (spectral gap {spectral_gap:.2})"),
            format!(
                "sebagian entri hanya terhubung oleh sedikit juri (celah spektral {spectral_gap:.2})"
            ),
        ),
        Finding::LinkingJudges { judges } => {
            let names = judges.join(", ");
            (
                format!("without any one of these judges the round falls apart: {names}"),
                format!("tanpa salah satu juri ini penilaian terpecah: {names}"),
            )
        }
        Finding::FragileCut { entry, probability } => (
            format!("{entry} is within the places with probability {probability:.2}: deliberate"),
            format!("{entry} lolos dengan peluang {probability:.2}: perlu musyawarah"),
        ),
        Finding::FragileJudge {
            judge,
            would_enter,
            would_leave,
        } => (
            format!(
                "without {judge}, {} would enter and {} would leave",
                would_enter.join(", "),
                would_leave.join(", ")
            ),
            format!(
                "tanpa {judge}, {} akan masuk dan {} akan keluar",
                would_enter.join(", "),
                would_leave.join(", ")
            ),
        ),
    }
}
