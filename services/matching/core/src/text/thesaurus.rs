//! Words that mean the same to a public servant, and words that the stemmer
//! cuts wrongly. Each line is a decision people can read: only words that could
//! stand in each other's place, for a looser tie makes unlike texts alike.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use snowball_stemmers_rs::{Algorithm, Stemmer};

/// Words whose stem is given here instead of by the algorithm, which over-stems them.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("belajar", "ajar"),
    ("kesehatan", "sehat"),
    ("nelayan", "nelayan"),
    ("pegawai", "pegawai"),
    ("pelayanan", "layan"),
    ("pemasaran", "pasar"),
    ("pembelajaran", "ajar"),
    ("pendidikan", "didik"),
    ("pengajar", "pengajar"),
    ("pengangguran", "pengangguran"),
    ("pengelolaan", "kelola"),
    ("pengolahan", "olah"),
    ("perikanan", "ikan"),
    ("pertanian", "tani"),
];

/// Words of one meaning to a line; the first stands for all. Forms that the
/// stemmer joins anyway need not be repeated.
const SAME: &[&str] = &[
    // People.
    "anak bocah",
    "balita bayi batita baduta",
    "remaja abg",
    "siswa murid pelajar siswi",
    "guru pengajar pendidik tutor pamong",
    "ibu bunda mama",
    "ayah bapak papa",
    "perempuan wanita",
    "lansia jompo sepuh",
    "disabilitas difabel tunanetra tunarungu tunadaksa tunawicara",
    "nelayan petambak pelaut",
    "tani petani penggarap",
    "warga penduduk masyarakat",
    "relawan sukarelawan",
    "karyawan pegawai karyawati",
    // Work and money.
    "pengangguran menganggur penganggur",
    "kerja pekerjaan",
    "magang pemagangan",
    "vokasi kejuruan smk",
    "usaha umkm wirausaha bisnis",
    "miskin prasejahtera duafa dhuafa",
    "pendapatan penghasilan pemasukan",
    "gaji upah honor",
    "pinjaman kredit utang hutang",
    "modal pembiayaan pendanaan",
    "rentenir ijon",
    "tengkulak pengepul",
    "iuran retribusi tarif",
    "daring online internet digital",
    // Places.
    "desa kampung dusun nagari gampong",
    "terpencil pelosok pedalaman terluar",
    "pesisir pantai bahari",
    "pulau kepulauan gili",
    "sungai kali",
    "pekarangan halaman",
    "ladang huma",
    // Health.
    "kesehatan medis puskesmas",
    "klinik faskes pustu",
    "tuberkulosis tbc tb",
    "hipertensi tensi",
    "dengue dbd",
    "jentik jumantik",
    "jiwa mental odgj",
    "obat pil",
    "apotek farmasi",
    "vaksin imunisasi vaksinasi",
    "telemedisin telemedis telekonsultasi",
    "antrean antre giliran",
    "rokok tembakau",
    "hamil bumil kehamilan",
    "salin bersalin persalinan melahirkan",
    "asi menyusui laktasi",
    "gizi nutrisi bernutrisi",
    "pangan makanan",
    "jajanan camilan",
    "stunting tengkes",
    "prematur neonatus",
    // Water.
    "kering kekeringan kemarau",
    "asin payau",
    "jamban toilet kloset wc kakus",
    "tinja septik",
    "bocor kebocoran",
    "cemar mencemari tercemar polusi kontaminasi",
    "merkuri raksa",
    "saringan filter filtrasi",
    "banjir genangan",
    // Schools.
    "baca membaca literasi keaksaraan aksara",
    "kuliah mahasiswa kampus universitas",
    "sekolah madrasah",
    "paud tk",
    "rundung perundungan bullying",
    // Marriage.
    "kawin nikah pernikahan perkawinan menikah",
    "pengantin mempelai",
    "ulama kiai ustaz",
    "pengadilan hakim sidang",
    "seks seksual",
    "adat tradisi",
    // Waste.
    "sampah limbah buangan rongsokan rongsok",
    "plastik kresek",
    "kompos komposter",
    "bakar membakar dibakar pembakaran",
    "gawai ponsel hp handphone",
    "komputer laptop",
];

fn look_up(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.binary_search_by_key(&word, |e| e.0)
        .ok()
        .map(|i| list[i].1)
}

/// The stem of a word, or what is given instead of it.
pub(super) fn stem(word: &str, stemmer: &Stemmer) -> String {
    look_up(EXCEPTIONS, word).map_or_else(|| stemmer.stem(word).into_owned(), str::to_owned)
}

/// The stem that stands for an Indonesian stem.
pub(super) fn meaning(stem: String) -> String {
    BY_STEM.get(&stem).cloned().unwrap_or(stem)
}

static BY_STEM: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::Indonesian);
    let mut by_stem = BTreeMap::new();
    for line in SAME {
        let mut stems = line.split(' ').map(|word| stem(word, &stemmer));
        let head = stems.next().unwrap_or_default();
        by_stem.extend(stems.map(|stem| (stem, head.clone())));
    }
    by_stem
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_sorted_so_that_they_can_be_searched() {
        assert!(EXCEPTIONS.is_sorted());
    }

    #[test]
    fn no_stem_stands_for_two_things() {
        let stemmer = Stemmer::create(Algorithm::Indonesian);
        let mut seen = BTreeMap::new();
        for line in SAME {
            for word in line.split(' ') {
                let before = seen.insert(stem(word, &stemmer), *line);
                assert!(before.is_none_or(|b| b == *line), "{word}: {before:?}");
            }
        }
    }

    #[test]
    fn every_form_of_a_word_has_its_meaning() {
        let stemmer = Stemmer::create(Algorithm::Indonesian);
        let of = |word: &str| meaning(stem(word, &stemmer));
        assert_eq!(of("limbahnya"), "sampah");
        assert_eq!(of("pernikahan"), of("perkawinan"));
        assert_ne!(of("pengajar"), of("pelajar"), "teachers are not pupils");
    }
}
