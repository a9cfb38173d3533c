//! Access to and quality of education.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "pendidikan",
    problems: &[
        "Tes membaca kami di {kec} menunjukkan {persen} murid kelas empat belum memahami satu paragraf pendek.",
        "Sebanyak {k} sekolah dasar di {kab} hanya mempunyai separuh guru yang dibutuhkan, sehingga kelas digabung.",
        "Anak di {desa} berjalan {k} kilometer ke sekolah, dan kehadirannya turun {persen} pada musim hujan.",
        "Perpustakaan sekolah di {kec} terkunci hampir setiap hari; {n} murid tidak pernah meminjam buku.",
        "Buku pelajaran memakai bahasa yang asing bagi {persen} murid kelas awal di {kab}.",
        "Anak penyandang disabilitas di {desa} belajar di rumah karena {k} sekolah terdekat belum siap menerima mereka.",
        "Sejak {tahun} sebanyak {n} remaja di {kab} putus sekolah dan bekerja di ladang atau pasar.",
        "Guru honorer di {kec} menerima {rp} sehari dan jarang mendapat pelatihan; {persen} berniat pindah.",
        "Sambungan internet hanya menjangkau {j} sekolah di {kab}, sehingga ujian berbasis komputer dilakukan bergiliran.",
        "Orang tua di {desa} jarang bertemu guru; {persen} tidak mengetahui hasil belajar anaknya pada tahun {tahun}.",
    ],
    solutions: &[
        Solution {
            name: "Perpustakaan gerobak keliling",
            how: "Gerobak {kelompok} membawa {n} judul buku ke {desa} setiap hari {hari}, lengkap dengan pembaca cerita.",
        },
        Solution {
            name: "Kelas membaca sore",
            how: "Relawan mendampingi {n} anak satu per satu di balai {d} sebanyak {j} kali seminggu memakai kartu suku kata.",
        },
        Solution {
            name: "Buku cerita bahasa daerah",
            how: "Warga {desa} menulis cerita setempat, kami menyuntingnya menjadi {k} judul dan mencetaknya seharga {rp}.",
        },
        Solution {
            name: "Komunitas guru kelas rangkap",
            how: "Guru dari {k} sekolah kecil di {kab} bertukar rencana ajar dan saling mengamati kelas pada hari {hari}.",
        },
        Solution {
            name: "Sekolah sore untuk anak bekerja",
            how: "Anak yang bekerja di {kec} belajar pada sore hari, menempuh paket kesetaraan dalam {bulan} bulan bersama {kelompok}.",
        },
        Solution {
            name: "Pusat belajar luring berbasis server mini",
            how: "Server kecil seharga {juta} menyimpan materi belajar untuk {k} kelas di {kab} tanpa memerlukan internet.",
        },
        Solution {
            name: "Antar jemput sekolah bersama",
            how: "Orang tua {desa} mengelola mobil antar jemput dengan iuran {rp} seminggu dan {k} sopir yang terverifikasi.",
        },
        Solution {
            name: "Kelas inklusif dengan guru pendamping",
            how: "Guru pendamping dari {kelompok} menyusun rencana belajar untuk {n} anak berkebutuhan khusus di {k} sekolah.",
        },
        Solution {
            name: "Klub matematika bermain",
            how: "Permainan papan buatan {kelompok} dimainkan {j} kali seminggu oleh {n} murid bersama kakak kelasnya.",
        },
        Solution {
            name: "Beasiswa kembali ke kelas",
            how: "Anak putus sekolah dari {kec} menerima {rp} per hari hadir dan didampingi mentor {kelompok} selama {bulan} bulan.",
        },
        Solution {
            name: "Rapor percakapan orang tua",
            how: "Setiap hari {hari} guru mengirim kabar belajar lewat pesan suara kepada {n} orang tua di {desa}.",
        },
        Solution {
            name: "Taman bacaan pasar",
            how: "Kios baca di {k} pasar {kab} menampung anak pedagang dan meminjamkan buku dengan jaminan {rp}.",
        },
    ],
    activities: &[
        "Relawan mengikuti pelatihan {k} hari dan magang di kelas selama {bulan} minggu sebelum mendampingi anak.",
        "Kemajuan tiap anak dicatat setiap hari {hari} dan dibahas bersama {mitra} pada akhir bulan.",
        "Materi disesuaikan dengan kemampuan, bukan usia; {n} anak dikelompokkan ulang setiap {k} minggu.",
        "Kami menghitung biaya {rp} per anak sebulan, dan {persen} ditanggung iuran sukarela orang tua.",
        "Kepala {k} sekolah menandatangani kesepakatan ruang dan waktu, disaksikan oleh {mitra} dan komite sekolah.",
        "Guru memperoleh pendampingan di kelas sebanyak {k} kali, kemudian berbagi praktik kepada {n} rekan di {kab}.",
        "Remaja {kelompok} menjadi kakak asuh bagi {n} adik kelas dan menerima uang jalan {rp} setiap pertemuan.",
        "Bahan ajar disusun bersama {mitra}, diuji di {k} kelas, lalu diperbaiki sebelum dicetak.",
        "Anak dengan disabilitas ikut dalam kelompok yang sama; {k} bahan ajar tersedia dalam huruf besar dan audio untuk {kab}.",
        "Kegiatan berlangsung di balai {d} dan rumah ibadah sehingga {n} anak tidak memerlukan biaya perjalanan.",
    ],
    results: &[
        "Dalam {bulan} bulan {tinggi} dari {n} peserta naik paling sedikit satu tingkat kemampuan membaca.",
        "Kehadiran murid di {k} sekolah naik {persen} dan bertahan sampai akhir tahun ajaran {tahun}.",
        "Sebanyak {n} anak kembali bersekolah; hanya {rendah} yang berhenti lagi dalam tahun pertama.",
        "Buku dipinjam {n} kali selama {bulan} bulan, padahal sebelumnya rak dibuka {j} kali setahun.",
        "Nilai numerasi kelas lima naik {persen} menurut asesmen {kab} pada tahun {tahun}.",
        "Guru di {kec} kini menjalankan {k} praktik baru, dan {tinggi} murid menyatakan lebih berani bertanya.",
        "Sebanyak {n} anak penyandang disabilitas belajar di sekolah umum, didampingi {k} guru terlatih.",
        "Orang tua yang hadir pada pertemuan sekolah naik {persen}; {n} di antaranya menjadi relawan.",
        "Lulusan program kami berjumlah {n} orang sejak {tahun}, dan {tinggi} melanjutkan ke sekolah menengah.",
        "Biaya per anak turun menjadi {rp} sebulan sehingga {desa} sanggup membiayainya dari anggaran sendiri.",
    ],
    needs: &[
        Need {
            title: "Murid kelas awal belum lancar membaca",
            text: "Asesmen {tahun} menempatkan {persen} murid kelas tiga di {kec} pada tingkat mengeja huruf.",
        },
        Need {
            title: "Kekurangan guru di sekolah kecil",
            text: "Terdapat {k} sekolah dasar di {kab} dengan tiga guru untuk enam kelas, dan penambahan formasi memerlukan waktu.",
        },
        Need {
            title: "Remaja putus sekolah karena bekerja",
            text: "Kami mendata {n} anak usia sekolah di {kec} yang bekerja penuh dan tidak memiliki ijazah.",
        },
        Need {
            title: "Buku bacaan anak hampir tidak ada",
            text: "Perpustakaan {k} sekolah di {kab} hanya berisi buku pelajaran lama; minat baca anak tidak tersalurkan.",
        },
        Need {
            title: "Jarak ke sekolah terlalu jauh",
            text: "Murid dari {desa} menempuh {k} kilometer berjalan kaki dan kerap tidak hadir saat hujan.",
        },
        Need {
            title: "Anak penyandang disabilitas belum terlayani",
            text: "Dari {n} anak yang terdata di {kab}, hanya {rendah} yang bersekolah.",
        },
        Need {
            title: "Sekolah tanpa sambungan internet",
            text: "Materi digital tidak dapat diakses di {k} sekolah, sementara gurunya telah menerima pelatihan pada {tahun}.",
        },
        Need {
            title: "Bahasa pengantar sulit dipahami murid",
            text: "Guru di {kec} melaporkan {persen} murid kelas satu belum memahami bahasa Indonesia.",
        },
        Need {
            title: "Orang tua kurang terlibat dalam belajar",
            text: "Pertemuan sekolah di {desa} dihadiri {persen} orang tua; sebagian besar merasa tidak diundang.",
        },
        Need {
            title: "Kemampuan berhitung tertinggal",
            text: "Hasil asesmen numerasi {kab} berada {k} poin di bawah rata-rata provinsi selama dua tahun terakhir.",
        },
        Need {
            title: "Guru honorer jarang memperoleh pelatihan",
            text: "Sebanyak {n} guru honorer di {kec} belum mengikuti pelatihan apa pun sejak {tahun}.",
        },
        Need {
            title: "Tidak ada tempat belajar sesudah sekolah",
            text: "Anak pedagang dan buruh di {k} pasar menunggu orang tuanya tanpa kegiatan sampai malam.",
        },
    ],
};
