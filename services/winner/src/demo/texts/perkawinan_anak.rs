//! Prevention of child marriage.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "perkawinan-anak",
    problems: &[
        "Pengadilan mencatat {n} permohonan dispensasi kawin dari {kab} pada tahun {tahun}, sebagian besar bagi anak putus sekolah.",
        "Di {desa} {persen} perempuan muda menikah sebelum genap sembilan belas tahun tanpa pencatatan resmi.",
        "Keluarga di {kec} menganggap pernikahan sebagai jalan keluar dari utang; mahar rata-rata senilai {juta}.",
        "Anak perempuan di {desa} berhenti sekolah setelah kelas sembilan, dan {j} di antara sepuluh segera dilamar.",
        "Layanan konseling remaja hanya ada di {j} puskesmas sehingga {n} remaja {kab} mencari informasi di media sosial.",
        "Tokoh masyarakat di {kec} kesulitan menolak pernikahan dini karena belum ada aturan {d} yang tertulis.",
        "Survei kami terhadap {n} orang tua menemukan {persen} belum mengetahui batas usia perkawinan yang baru.",
        "Kehamilan remaja di {kab} naik {persen} sejak {tahun}, dan sebagian besar berakhir dengan pernikahan tergesa.",
        "Anak buruh migran di {desa} diasuh kakek dan nenek; {n} anak tidak memiliki pendamping belajar.",
        "Perempuan yang menikah dini di {kec} sulit bekerja; {persen} tidak memiliki ijazah dan bergantung pada suami.",
    ],
    solutions: &[
        Solution {
            name: "Sekolah kembali untuk remaja putri",
            how: "Remaja dari {desa} menempuh ijazah kesetaraan selama {bulan} bulan sambil magang berbayar di {kelompok}.",
        },
        Solution {
            name: "Forum orang tua cegah kawin anak",
            how: "Forum {kelompok} mempertemukan {n} orang tua setiap hari {hari} dengan penyuluh, hakim, dan penyintas.",
        },
        Solution {
            name: "Beasiswa menjahit dan tata boga",
            how: "Penerima beasiswa {juta} belajar keterampilan di {kab} dan menandatangani janji menunda pernikahan selama {j} tahun.",
        },
        Solution {
            name: "Radio remaja desa",
            how: "Remaja {kelompok} menyiarkan kisah kakak yang menamatkan sekolah pada hari {hari} ke {desa}.",
        },
        Solution {
            name: "Rumah aman dan pendampingan hukum",
            how: "Rumah aman di {kab} menampung {k} anak, sedangkan paralegal {kelompok} menemani keluarga ke pengadilan.",
        },
        Solution {
            name: "Kesepakatan adat tunda nikah",
            how: "Tetua dari {desa} merumuskan kesepakatan tertulis dan {kelompok} memantaunya setiap {k} bulan.",
        },
        Solution {
            name: "Teman cerita sebaya",
            how: "Konselor sebaya dari {k} sekolah menerima cerita lewat kotak surat dan pesan rahasia yang dijaga {kelompok}.",
        },
        Solution {
            name: "Pesantren dan gereja ramah anak",
            how: "Pemuka agama di {kec} memakai {k} naskah khotbah tentang usia kawin yang disusun bersama {mitra}.",
        },
        Solution {
            name: "Tabungan pendidikan anak perempuan",
            how: "Orang tua menabung {rp} seminggu di {kelompok}; saldo dicairkan setelah anak lulus sekolah menengah di {kab}.",
        },
        Solution {
            name: "Kelas kesehatan reproduksi berjenjang",
            how: "Modul {k} sesi diajarkan guru dan bidan kepada {n} siswa di {kab} dengan izin orang tua.",
        },
        Solution {
            name: "Panggung teater desa",
            how: "Kelompok teater {kelompok} mementaskan lakon tentang kawin anak di {desa}, disusul diskusi pada hari {hari}.",
        },
        Solution {
            name: "Usaha bersama ibu muda",
            how: "Sebanyak {n} ibu yang menikah dini memproduksi camilan di {kelompok} dan kembali belajar pada hari {hari}.",
        },
    ],
    activities: &[
        "Setiap kasus dibahas tertutup bersama {mitra} dalam {k} hari sejak laporan diterima.",
        "Fasilitator muda kami berasal dari {kec} sendiri dan mengikuti pelatihan perlindungan anak selama {k} hari.",
        "Sebanyak {n} keluarga berisiko dikunjungi setiap hari {hari} oleh pasangan relawan perempuan dan laki-laki.",
        "Identitas anak disamarkan; hanya {k} petugas di {kab} yang mengetahui nama lengkapnya.",
        "Kami mengajak {mitra} menyusun alur rujukan sehingga {tinggi} laporan ditangani tanpa berpindah-pindah meja.",
        "Remaja laki-laki juga terlibat: {n} orang mengikuti kelas kesetaraan sebanyak {k} pertemuan.",
        "Orang tua memperoleh dukungan usaha {juta} agar pernikahan tidak lagi dipandang sebagai jalan keluar di {kab}.",
        "Materi disampaikan dalam bahasa setempat lewat {k} permainan, kemudian diuji kepada {n} remaja.",
        "Musyawarah {d} mengesahkan aturan, dan {kelompok} melaporkan pelaksanaannya setiap hari {hari}.",
        "Guru bimbingan dari {k} sekolah memantau kehadiran; siswa yang absen lebih dari {j} hari langsung dikunjungi.",
    ],
    results: &[
        "Permohonan dispensasi dari {desa} turun {persen} dalam {bulan} bulan menurut data pengadilan.",
        "Sebanyak {n} remaja menunda pernikahan, dan {tinggi} di antaranya melanjutkan sekolah.",
        "Dari {n} peserta kesetaraan, {tinggi} lulus ujian pada tahun {tahun}.",
        "Aturan tertulis kini berlaku di {desa} dan telah mencegah {k} pernikahan anak.",
        "Pengetahuan orang tua tentang batas usia kawin naik {persen} setelah {k} pertemuan.",
        "Lulusan pelatihan memperoleh pendapatan {rp} sehari; {n} di antaranya membuka usaha sendiri.",
        "Konselor sebaya menangani {n} cerita sejak {tahun}, dan {persen} dirujuk kepada layanan yang tepat.",
        "Sebanyak {k} anak di rumah aman kembali kepada keluarga dengan kesepakatan tertulis dari {kab}.",
        "Kehadiran siswi kelas sembilan naik {persen} dan {n} anak mendaftar ke sekolah menengah.",
        "Pertunjukan dan siaran menjangkau {n} warga {kec}; {tinggi} menyatakan mendukung penundaan.",
    ],
    needs: &[
        Need {
            title: "Dispensasi kawin tetap tinggi",
            text: "Pada {tahun} terdapat {n} permohonan dari {kab}, dan hanya {rendah} yang didahului konseling.",
        },
        Need {
            title: "Siswi berhenti setelah sekolah menengah pertama",
            text: "Di {kec} {persen} siswi tidak melanjutkan sekolah karena biaya dan jarak.",
        },
        Need {
            title: "Perkawinan tidak tercatat di desa",
            text: "Pendataan di {desa} menemukan {n} pasangan anak yang menikah secara agama saja.",
        },
        Need {
            title: "Belum ada tempat aman bagi anak yang menolak dinikahkan",
            text: "Sepanjang {tahun} sebanyak {k} anak dari {kec} melarikan diri tanpa tempat tujuan.",
        },
        Need {
            title: "Orang tua tidak mengetahui akibat hukum",
            text: "Hanya {rendah} orang tua di {kab} mengenal batas usia perkawinan yang berlaku.",
        },
        Need {
            title: "Ibu muda tanpa ijazah dan pekerjaan",
            text: "Sebanyak {n} ibu berusia di bawah dua puluh tahun di {kec} tidak memiliki penghasilan sendiri.",
        },
        Need {
            title: "Layanan konseling remaja tidak menjangkau desa",
            text: "Konselor terdekat berjarak {k} kilometer dari {desa}, dan remaja enggan datang ke puskesmas.",
        },
        Need {
            title: "Anak buruh migran rawan dinikahkan",
            text: "Kami mencatat {n} anak buruh migran di {kab} yang diasuh tanpa orang tua.",
        },
    ],
};
