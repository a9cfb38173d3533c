//! What the made-up teams and governments write, in Indonesian, composed from parts by issue.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// What a team proposes.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    /// The title.
    pub(crate) title: String,
    /// The solution.
    pub(crate) summary: String,
    /// What it has achieved.
    pub(crate) impact: String,
    /// How many people it reaches.
    pub(crate) beneficiaries: i64,
    /// What a pilot costs, in rupiah.
    pub(crate) funds: i64,
}

/// What a government asks for.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The title.
    pub(crate) title: String,
    /// The problem.
    pub(crate) description: String,
    /// What it offers.
    pub(crate) offer: String,
}

struct Parts {
    issue: &'static str,
    problem: &'static str,
    solutions: [&'static str; 4],
    means: [&'static str; 4],
}

const PARTS: &[Parts] = &[
    Parts {
        issue: "kemiskinan",
        problem: "Banyak keluarga nelayan dan petani kecil bergantung pada tengkulak",
        solutions: [
            "Koperasi digital nelayan",
            "Warung simpan pinjam perempuan",
            "Pasar langsung petani ke dapur sekolah",
            "Rumah produksi olahan pangan lokal",
        ],
        means: [
            "menjual hasil tangkapan langsung kepada pembeli tetap",
            "menabung harian lewat kader desa yang dilatih",
            "mengolah sisa panen menjadi tepung dan camilan",
            "memakai kontrak beli bersama antarkelompok",
        ],
    },
    Parts {
        issue: "kesehatan",
        problem: "Puskesmas pembantu kekurangan tenaga dan obat di desa terpencil",
        solutions: [
            "Klinik perahu antarpulau",
            "Pos obat desa terhubung puskesmas",
            "Kader sehat bergerak dengan sepeda motor",
            "Layanan rujukan lewat pesan singkat",
        ],
        means: [
            "menjadwalkan kunjungan dokter setiap dua minggu",
            "mencatat stok obat dengan formulir sederhana",
            "melatih kader mengenali tanda bahaya lebih awal",
            "mengantar sampel laboratorium ke kota terdekat",
        ],
    },
    Parts {
        issue: "air-bersih",
        problem: "Sumur warga kering pada musim kemarau dan air permukaan tercemar",
        solutions: [
            "Penampung air hujan rangka bambu",
            "Depot air bersih milik warga",
            "Saringan biopasir rumah tangga",
            "Jamban sehat dengan cicilan mingguan",
        ],
        means: [
            "memasang tangki bersama di halaman sekolah",
            "mengelola iuran terbuka yang diumumkan di balai desa",
            "merakit saringan dari pasir dan arang setempat",
            "melatih tukang desa merawat pipa dan katup",
        ],
    },
    Parts {
        issue: "pendidikan",
        problem: "Anak di dusun jauh tidak lancar membaca sampai kelas empat",
        solutions: [
            "Perpustakaan gerobak keliling",
            "Kelas membaca sore bersama relawan",
            "Buku cerita dalam bahasa daerah",
            "Pelatihan guru kelas rangkap",
        ],
        means: [
            "membawa lima puluh judul buku setiap pekan ke dusun",
            "mendampingi anak satu per satu selama dua belas minggu",
            "menerbitkan cerita yang ditulis warga setempat",
            "saling mengunjungi kelas dan berbagi rencana ajar",
        ],
    },
    Parts {
        issue: "stunting",
        problem: "Balita kurang gizi karena makanan pendamping tidak beragam",
        solutions: [
            "Dapur gizi posyandu",
            "Telur desa untuk seribu hari pertama",
            "Kebun protein halaman rumah",
            "Bubur instan dari kelor dan ikan teri",
        ],
        means: [
            "memasak menu lokal bersama ibu setiap Kamis",
            "membagikan sebutir telur sehari selama enam bulan",
            "menanam kelor dan memelihara lele dalam ember",
            "menimbang balita dan mencatatnya di kartu warna",
        ],
    },
    Parts {
        issue: "perkawinan-anak",
        problem: "Anak perempuan putus sekolah lalu dinikahkan sebelum cukup umur",
        solutions: [
            "Sekolah kembali untuk remaja putri",
            "Forum orang tua cegah kawin anak",
            "Beasiswa menjahit dan tata boga",
            "Radio remaja desa",
        ],
        means: [
            "mengurus ijazah kesetaraan sambil magang berbayar",
            "menyepakati aturan dusun bersama tokoh adat",
            "menemani keluarga yang menunda pernikahan",
            "menyiarkan kisah kakak yang menamatkan sekolah",
        ],
    },
    Parts {
        issue: "sampah",
        problem: "Sampah rumah tangga menumpuk di sungai dan tempat pembuangan penuh",
        solutions: [
            "Bank sampah pasar tradisional",
            "Budidaya maggot dari sisa dapur",
            "Bata plastik untuk trotoar",
            "Jemput pilah sampah langganan",
        ],
        means: [
            "menimbang dan membayar sampah terpilah setiap Sabtu",
            "mengubah sisa makanan menjadi pakan ternak",
            "mencacah plastik berlapis yang tidak laku dijual",
            "mengatur rute gerobak listrik antar-RT",
        ],
    },
];

const BODIES: [&str; 6] = [
    "Koperasi Lentera Pesisir",
    "Yayasan Tumbuh Bersama",
    "PT Karya Warga Mandiri",
    "Perkumpulan Jejak Hijau",
    "CV Anyam Harapan",
    "BUMDes Sumber Makmur",
];

/// The capital of a province that takes part.
pub(crate) fn capital(province: &str) -> Option<&'static str> {
    Some(match province {
        "12" => "12.71",
        "35" => "35.78",
        "36" => "36.73",
        "53" => "53.71",
        "61" => "61.71",
        "73" => "73.71",
        _ => return None,
    })
}

/// A kabupaten of a province that takes part.
pub(crate) fn regency(province: &str) -> Option<&'static str> {
    Some(match province {
        "12" => "12.07",
        "35" => "35.10",
        "36" => "36.02",
        "53" => "53.06",
        "61" => "61.04",
        "73" => "73.06",
        _ => return None,
    })
}

/// The name of an organisation.
pub(crate) fn organisation(rng: &mut StdRng) -> &'static str {
    BODIES.choose(rng).copied().unwrap_or(BODIES[0])
}

/// What a team proposes for an issue.
pub(crate) fn proposal(issue: &str, rng: &mut StdRng) -> Proposal {
    let parts = parts(issue);
    let solution = parts.solutions.choose(rng).copied().unwrap_or_default();
    let means: Vec<_> = parts.means.sample(rng, 2).copied().collect();
    let beneficiaries = rng.random_range(40..2_500);
    let villages = rng.random_range(2..30);
    let months = rng.random_range(6..48);
    Proposal {
        title: solution.to_owned(),
        summary: format!(
            "{solution}: kami {}. Kelompok setempat ikut mengelola sejak awal, dan kami juga {}. \
             Uji coba dapat dimulai di {villages} desa bersama perangkat daerah.",
            means.first().copied().unwrap_or_default(),
            means.last().copied().unwrap_or_default(),
        ),
        impact: format!(
            "Selama {months} bulan terakhir {beneficiaries} orang di {villages} desa merasakan \
             manfaatnya; catatan kami terbuka bagi siapa pun yang ingin memeriksa.",
        ),
        beneficiaries,
        funds: rng.random_range(50..400) * 1_000_000,
    }
}

/// What a government asks for.
pub(crate) fn problem(issue: &str) -> Problem {
    let parts = parts(issue);
    Problem {
        title: parts.problem.to_owned(),
        description: format!(
            "{}. Kami mencari solusi yang sudah terbukti dan mau bekerja bersama perangkat desa \
             (data contoh).",
            parts.problem,
        ),
        offer: "Lokasi uji coba di tiga desa, pendamping dari dinas, dan data dasar.".to_owned(),
    }
}

fn parts(issue: &str) -> &'static Parts {
    PARTS.iter().find(|p| p.issue == issue).unwrap_or(&PARTS[0])
}
