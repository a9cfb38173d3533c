//! Stunting and maternal and child health.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "stunting",
    problems: &[
        "Pengukuran {tahun} di {kec} menemukan {persen} balita dengan tinggi badan di bawah standar usianya.",
        "Menu anak di {desa} hanya terdiri dari nasi dan kuah; protein hewani dimakan {j} kali sebulan.",
        "Dari {n} ibu hamil yang kami temui di {kab}, {persen} mengalami anemia dan tidak rutin minum tablet tambah darah.",
        "Posyandu di {desa} dihadiri kurang dari separuh sasaran; {n} balita tidak ditimbang selama {k} bulan.",
        "Timbangan dan alat ukur di {k} posyandu {kec} rusak sehingga data gizi tidak dapat dipercaya.",
        "Ibu bekerja di {kab} menitipkan bayi tanpa air susu perah, dan {persen} memberi makanan sebelum usia enam bulan.",
        "Keluarga muda di {kec} membelanjakan {rp} sehari untuk jajanan kemasan, lebih banyak daripada untuk lauk anak.",
        "Calon pengantin di {kab} jarang memeriksakan diri; {persen} dari {n} remaja putri kekurangan zat besi.",
        "Sebanyak {n} keluarga berisiko di {desa} belum memiliki air layak dan jamban, sehingga anaknya berulang kali diare.",
        "Rujukan balita gizi buruk dari {kec} memerlukan {j} hari karena keluarga tidak memiliki biaya perjalanan.",
    ],
    solutions: &[
        Solution {
            name: "Dapur gizi posyandu",
            how: "Setiap hari {hari} ibu dari {kelompok} memasak menu setempat untuk {n} balita dengan biaya {rp} seporsi.",
        },
        Solution {
            name: "Telur untuk seribu hari pertama",
            how: "Ayam petelur milik {kelompok} menghasilkan sebutir telur sehari bagi {n} anak selama {bulan} bulan.",
        },
        Solution {
            name: "Kebun protein halaman rumah",
            how: "Keluarga di {desa} memelihara lele dalam ember, menanam kelor, dan menukar hasilnya di {kelompok} pada hari {hari}.",
        },
        Solution {
            name: "Makanan pendamping dari ikan dan kelor",
            how: "Rumah produksi {kelompok} mengemas bubur kering seharga {rp} yang cukup untuk {j} kali makan.",
        },
        Solution {
            name: "Kelas ayah siaga",
            how: "Sebanyak {n} ayah di {kec} mengikuti {k} pertemuan tentang belanja gizi, antar periksa, dan pengasuhan.",
        },
        Solution {
            name: "Bank air susu perah untuk pekerja",
            how: "Ruang perah di {k} tempat kerja {kab} dikelola {kelompok}, lengkap dengan kurir pendingin ke rumah.",
        },
        Solution {
            name: "Pendamping seribu hari",
            how: "Satu pendamping mengunjungi {k} keluarga setiap hari {hari}, sejak kehamilan sampai anak berusia dua tahun di {kab}.",
        },
        Solution {
            name: "Posyandu digital tanpa sinyal",
            how: "Kader mencatat {n} balita pada gawai luring dan mengirim data gizi {desa} ketika tiba di puskesmas.",
        },
        Solution {
            name: "Penitipan anak bergizi",
            how: "Anak pekerja di {kec} dititipkan di rumah {kelompok}, makan dua kali, dengan iuran {rp} sehari.",
        },
        Solution {
            name: "Warung sehat sekolah",
            how: "Sebanyak {k} warung di sekitar sekolah {kab} menjual lauk terjangkau mulai {rp} dan berlabel gizi.",
        },
        Solution {
            name: "Tabungan ibu hamil",
            how: "Ibu hamil di {desa} menyisihkan {rp} setiap hari {hari}; {kelompok} menyiapkan kendaraan dan pendonor darah.",
        },
        Solution {
            name: "Remaja bebas anemia",
            how: "Duta {kelompok} dari {k} sekolah mengajak {n} temannya minum tablet tambah darah bersama pada hari {hari}.",
        },
    ],
    activities: &[
        "Berat dan panjang badan diukur dua kali oleh kader terlatih; selisihnya diperiksa {mitra} setiap {k} bulan.",
        "Menu disusun ahli gizi {kab} dari bahan seharga {rp} yang tersedia di pasar terdekat.",
        "Keluarga sasaran ditetapkan bersama {mitra} dari daftar {n} keluarga berisiko stunting.",
        "Suami dan nenek ikut dalam {k} kelas memasak, sebab {persen} dari keputusan makan anak berada pada mereka.",
        "Kunjungan rumah pada hari {hari} mencatat menu sehari sebelumnya serta {k} kebiasaan cuci tangan.",
        "Balita yang tidak naik berat badannya dirujuk dalam {k} hari dengan ongkos {rp} dari kas {kelompok}.",
        "Pasokan telur dan ikan dibeli dari {n} peternak kecil di {kec} dengan harga yang disepakati.",
        "Sebanyak {n} kader memperoleh penyegaran setiap {k} bulan dan lembar pengingat bergambar untuk {kab}.",
        "Data anak hanya dibagikan kepada {mitra} dengan izin tertulis orang tua, dan dihapus setelah {bulan} bulan.",
        "Kegiatan digabung dengan hari pasar {hari} supaya {persen} ibu tidak perlu datang dua kali.",
    ],
    results: &[
        "Prevalensi stunting pada {n} anak dampingan turun {persen} setelah {bulan} bulan.",
        "Kehadiran posyandu di {desa} naik {persen}; kini {n} balita ditimbang setiap bulan.",
        "Sebanyak {n} anak makan protein hewani paling sedikit {j} kali seminggu menurut catatan menu.",
        "Anemia ibu hamil berkurang {persen} dan tidak ada kematian ibu di {kec} sejak {tahun}.",
        "Dari {n} bayi yang didampingi, {tinggi} memperoleh air susu ibu eksklusif.",
        "Berat badan {tinggi} balita kurang gizi kembali normal dalam {k} minggu perawatan.",
        "Peternak mitra menjual {n} butir telur sebulan dan memperoleh tambahan pendapatan {rp} sehari.",
        "Data gizi dari {desa} kini lebih lengkap {persen} sehingga dinas dapat menyusun anggaran {tahun}.",
        "Sebanyak {n} ayah rutin mengantar anaknya; {k} {d} lain meminta kelas serupa.",
        "Kepatuhan minum tablet tambah darah di {k} sekolah naik {persen} dalam satu semester.",
    ],
    needs: &[
        Need {
            title: "Prevalensi stunting tertinggi di kecamatan pegunungan",
            text: "Survei {tahun} mencatat {persen} balita stunting di {kec}, jauh di atas rata-rata {kab}.",
        },
        Need {
            title: "Menu anak miskin protein",
            text: "Keluarga di {desa} hanya sanggup membeli lauk hewani {j} kali sebulan.",
        },
        Need {
            title: "Kunjungan posyandu terus menurun",
            text: "Sasaran yang datang tinggal {persen}; kader di {kec} meminta kegiatan yang lebih menarik bagi ibu muda.",
        },
        Need {
            title: "Anemia pada remaja putri dan ibu hamil",
            text: "Pemeriksaan terhadap {n} remaja di {kab} menemukan {persen} dengan kadar hemoglobin rendah.",
        },
        Need {
            title: "Alat ukur posyandu tidak akurat",
            text: "Sebanyak {k} posyandu memakai timbangan dacin tua, dan data {tahun} tidak dapat dibandingkan.",
        },
        Need {
            title: "Ibu bekerja berhenti menyusui terlalu dini",
            text: "Pabrik dan pasar di {kec} mempekerjakan {n} ibu muda tanpa ruang laktasi.",
        },
        Need {
            title: "Balita gizi buruk terlambat dirujuk",
            text: "Waktu rujukan dari {desa} rata-rata {k} hari sebab keluarga menunggu biaya perjalanan.",
        },
        Need {
            title: "Jajanan kemasan menggantikan makanan rumah",
            text: "Anak usia dua tahun di {kab} membelanjakan {rp} sehari untuk jajanan tinggi gula.",
        },
        Need {
            title: "Ayah belum terlibat dalam pengasuhan",
            text: "Hanya {rendah} ayah di {kec} pernah mengantar anak ke posyandu sepanjang {tahun}.",
        },
        Need {
            title: "Diare berulang karena sanitasi buruk",
            text: "Balita di {desa} mengalami diare {j} kali setahun dan pertumbuhannya terhambat.",
        },
        Need {
            title: "Ibu hamil berisiko tinggi tidak terpantau",
            text: "Terdapat {n} kehamilan berisiko di {kab}, sedangkan satu bidan melayani {k} {d}.",
        },
        Need {
            title: "Anak pekerja tidak mendapat makan siang",
            text: "Sebanyak {n} balita di {kec} dititipkan tanpa makanan bergizi selama orang tuanya bekerja.",
        },
    ],
};
