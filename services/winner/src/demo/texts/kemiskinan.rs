//! Poverty reduction.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "kemiskinan",
    problems: &[
        "Sekitar {n} keluarga di {kab} masih menjual hasil panen kepada pengepul dengan potongan {persen} dari harga pasar.",
        "Survei kami di {desa} menemukan {persen} kepala keluarga berpenghasilan tidak tetap dan tanpa tabungan darurat.",
        "Pelaku usaha rumahan di {kab} sulit memperoleh modal di bawah {juta} karena tidak memiliki agunan maupun catatan keuangan.",
        "Setiap tahun {n} buruh harian di {kec} kehilangan pekerjaan selama musim paceklik dan berutang kepada rentenir.",
        "Perempuan kepala keluarga di {desa} rata-rata hanya membawa pulang {rp} sehari dari pekerjaan serabutan.",
        "Hanya {rendah} penerima bantuan sosial di {kab} yang mempunyai rencana usaha setelah bantuan berakhir.",
        "Hasil kebun dari {desa} kerap rusak di jalan sehingga {n} petani kecil merugi pada setiap musim panen.",
        "Pemuda lulusan sekolah menengah di {kec} menganggur rata-rata {bulan} bulan sebelum memperoleh pekerjaan pertama.",
        "Perajin anyaman dan tenun di {kab} menerima {rendah} saja dari harga yang dibayar pembeli di kota.",
        "Sebanyak {n} keluarga petani di {desa} membeli pupuk secara utang dan melunasinya dengan gabah saat harga terendah.",
    ],
    solutions: &[
        Solution {
            name: "Tabungan harian lewat kader desa",
            how: "Kader menjemput setoran mulai {rp} ke rumah anggota, mencatatnya di buku {kelompok}, lalu menyimpannya di bank pada hari {hari}.",
        },
        Solution {
            name: "Pasar langsung petani ke dapur sekolah",
            how: "Kami mempertemukan {kelompok} dengan {k} dapur sekolah di {kab} melalui kontrak beli mingguan berharga tetap.",
        },
        Solution {
            name: "Rumah produksi tepung lokal",
            how: "Umbi dan pisang dari {desa} diolah menjadi tepung di rumah produksi {kelompok} berkapasitas {n} kilogram seminggu.",
        },
        Solution {
            name: "Modal bergulir tanpa agunan",
            how: "Anggota {kelompok} menerima pinjaman awal {juta}, saling menjamin, dan mencicil pada pertemuan hari {hari}.",
        },
        Solution {
            name: "Lumbung pangan bersama",
            how: "Gabah anggota {kelompok} disimpan di lumbung, dijual ketika harga naik, dan {persen} dari selisihnya dibagi pada hari {hari}.",
        },
        Solution {
            name: "Magang berbayar bersama usaha kecil",
            how: "Sebanyak {n} pencari kerja magang {bulan} bulan pada bengkel, dapur, dan toko di {kec} dengan uang saku bersama.",
        },
        Solution {
            name: "Katalog daring kerajinan desa",
            how: "Produk {kelompok} difoto, diberi harga bersama, lalu dijual lewat katalog yang dikelola {k} admin muda dari {kab}.",
        },
        Solution {
            name: "Ternak kambing bergulir",
            how: "Setiap keluarga menerima {j} ekor induk dari {kelompok} dan menyerahkan anakan pertama kepada keluarga berikutnya sesudah {bulan} bulan.",
        },
        Solution {
            name: "Gudang dingin sayur bertenaga surya",
            how: "Petani membayar {rp} per peti untuk menitipkan sayur di gudang {kelompok} sehingga panennya tahan {k} hari lebih lama.",
        },
        Solution {
            name: "Klinik usaha mikro",
            how: "Pendamping membuka meja layanan tiap hari {hari}, memeriksa pembukuan {n} usaha, dan menemani pengurusan izin di {kab}.",
        },
        Solution {
            name: "Belanja bersama sarana tani",
            how: "Pesanan pupuk dan benih {kelompok} digabung untuk {desa} sehingga harga satuannya turun {persen}.",
        },
        Solution {
            name: "Dapur katering ibu kepala keluarga",
            how: "Dapur {kelompok} memasak pesanan kantor di {kab} dengan upah {rp} per jam dan jadwal yang ramah anak.",
        },
    ],
    activities: &[
        "Pendamping kami melatih {n} anggota menghitung biaya, harga jual, dan laba pada {k} kali pertemuan di balai {d}.",
        "Pemetaan keluarga dilakukan bersama {mitra} agar {tinggi} peserta benar-benar berasal dari kelompok termiskin di {kab}.",
        "Setiap kelompok memilih pengurus baru setelah {bulan} bulan dan menyusun aturan iuran {rp} secara musyawarah.",
        "Catatan usaha dibaca bersama setiap hari {hari}; {k} anggota yang tertinggal didampingi ke rumah sampai lancar.",
        "Kami mengajak {mitra} membeli secara tetap, sehingga {n} anggota mengetahui jumlah pesanan sebulan di muka.",
        "Anggota baru mengikuti kelas singkat {k} hari, lalu bekerja berpasangan dengan anggota lama selama {bulan} bulan.",
        "Risiko gagal bayar ditanggung dana cadangan {juta} yang disisihkan dari {persen} keuntungan kelompok.",
        "Untuk {n} anggota penyandang disabilitas tersedia alat kerja yang disesuaikan oleh bengkel {mitra} di {kab}.",
        "Musyawarah {d} menetapkan harga dasar, sedangkan tim kami memeriksa timbangan di {k} titik setiap hari {hari}.",
        "Sebelum mulai, {kelompok} mengunjungi {k} usaha serupa di provinsi ini dan menuliskan pelajaran yang diperoleh.",
    ],
    results: &[
        "Pendapatan bulanan {n} keluarga naik rata-rata {persen} dalam {bulan} bulan menurut buku kas yang kami simpan.",
        "Sebanyak {n} anggota kini mempunyai tabungan di atas {juta}, padahal {persen} di antaranya belum pernah menabung.",
        "Utang kepada rentenir di {desa} turun {persen}, dan {n} keluarga sudah melunasi seluruh pinjaman lamanya.",
        "Nilai penjualan bersama mencapai {juta} pada tahun {tahun}, dengan {k} pembeli tetap dari luar {kab}.",
        "Dari {n} peserta, {tinggi} masih menjalankan usahanya {bulan} bulan setelah pendampingan selesai.",
        "Susut panen berkurang {persen} dan {n} petani menjual langsung tanpa perantara sejak awal {tahun}.",
        "Harga yang diterima perajin naik {persen}; {kelompok} bahkan mampu menggaji {k} pekerja tetap.",
        "Sebanyak {k} kelompok baru terbentuk atas inisiatif warga {desa} tanpa biaya tambahan dari kami.",
        "Penerima manfaat perempuan mencapai {persen}, dan {n} di antaranya tidak lagi menerima bantuan tunai.",
        "Tunggakan pinjaman hanya {k} kasus, semuanya selesai secara kekeluargaan, dan {tinggi} anggota melunasi lebih awal.",
    ],
    needs: &[
        Need {
            title: "Pengepul tunggal menekan harga panen",
            text: "Petani jagung dan sayur di {desa} bergantung pada satu pengepul; selisih harga dengan pasar induk mencapai {persen}.",
        },
        Need {
            title: "Keluarga miskin tanpa tabungan darurat",
            text: "Pendataan {tahun} menunjukkan {n} keluarga di {kec} menjual perabot ketika anggota keluarganya sakit.",
        },
        Need {
            title: "Usaha mikro perempuan sulit naik kelas",
            text: "Dari {n} usaha mikro milik perempuan di {kab}, hanya {rendah} yang memiliki izin dan pembukuan sederhana.",
        },
        Need {
            title: "Penganggur muda di kecamatan terluar",
            text: "Sebanyak {n} pemuda di {kec} belum bekerja dan pelatihan yang ada berlangsung jauh dari tempat tinggal mereka.",
        },
        Need {
            title: "Buruh tani tanpa penghasilan pada musim paceklik",
            text: "Selama {j} bulan setiap tahun sekitar {n} buruh tani tidak memiliki pekerjaan dan terpaksa merantau.",
        },
        Need {
            title: "Produk kerajinan tidak menemukan pembeli",
            text: "Persediaan anyaman senilai {juta} menumpuk di {desa} karena perajin hanya mengandalkan pameran tahunan.",
        },
        Need {
            title: "Jeratan rentenir di pasar tradisional",
            text: "Pedagang kecil di {k} pasar meminjam harian dengan bunga {rendah} sepekan; koperasi pasar belum mampu menjangkau mereka.",
        },
        Need {
            title: "Penerima bantuan sosial belum mandiri",
            text: "Setelah {bulan} bulan menerima bantuan, {persen} keluarga di {kab} belum memiliki sumber pendapatan baru.",
        },
        Need {
            title: "Hasil kebun rusak sebelum sampai di pasar",
            text: "Jalan rusak dan tidak adanya gudang membuat {persen} sayuran dari {desa} terbuang setiap pekan.",
        },
        Need {
            title: "Penyandang disabilitas tersisih dari pasar kerja",
            text: "Hanya {j} dari {n} penyandang disabilitas usia kerja di {kab} yang memperoleh pekerjaan berupah tetap.",
        },
        Need {
            title: "Kelompok tani membeli pupuk terlalu mahal",
            text: "Pembelian eceran membuat biaya tanam di {desa} lebih tinggi {persen} daripada di wilayah tetangga.",
        },
        Need {
            title: "Badan usaha milik desa belum memberi manfaat",
            text: "Baru {k} badan usaha milik desa di {kab} yang beroperasi rutin; sisanya tidak memiliki rencana usaha.",
        },
    ],
};
