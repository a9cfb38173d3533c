//! What a team of any issue writes about itself, and what a government offers.

/// How the team came about.
pub(super) const HISTORY: &[&str] = &[
    "Kami memulai pada tahun {tahun} dengan {k} relawan dan dana pribadi {juta}.",
    "Gagasan ini lahir dari lomba {kelompok} tahun {tahun}, lalu dijalankan oleh {k} alumni sekolah setempat.",
    "Tim inti terdiri atas {k} orang, {persen} perempuan, dan hampir semua lahir serta tinggal di {kab}.",
    "Sejak {tahun} kami bekerja tanpa henti, termasuk saat bencana melanda {kec} selama {k} pekan.",
    "Pendiri kami pernah bertugas sebagai penyuluh di {desa} selama {k} tahun sebelum membentuk usaha ini.",
    "Usaha ini tercatat resmi pada {tahun} dan kini mempekerjakan {k} orang dengan upah tetap.",
    "Percobaan pertama pada {tahun} gagal karena biaya {juta} terlalu besar; rancangan sekarang jauh lebih sederhana.",
    "Kami belajar dari {kelompok} di provinsi tetangga, menyesuaikannya selama {bulan} bulan, kemudian membukanya bagi umum.",
    "Anggota kami berjumlah {n} orang, berasal dari {kec}, dan bergantian memimpin tiap semester.",
    "Penghargaan tingkat kabupaten dan kota pada {tahun} memberi kami modal {juta} untuk memperluas layanan.",
    "Sebelum menjadi usaha, kegiatan ini dijalankan {kelompok} sebagai arisan sejak {tahun}.",
    "Kami semula melayani {k} keluarga kerabat sendiri di {kab}, kemudian tetangga meminta bergabung.",
    "Dosen dan mahasiswa membantu riset awal pada {tahun}; pelaksanaannya sepenuhnya dipegang {k} warga setempat.",
    "Dua kali kami mengganti nama dan cara kerja, terakhir pada {tahun}, setelah mendengar kritik dari {kelompok}.",
];

/// With whom it works.
pub(super) const PARTNERS: &[&str] = &[
    "Kerja sama dengan {mitra} tertuang dalam kesepakatan tertulis yang berlaku sampai {bulan} bulan ke depan.",
    "Kami melapor kepada {mitra} setiap {k} bulan dan mengundang warga untuk hadir.",
    "Dukungan {mitra} berupa ruang pertemuan di {kec} serta {k} tenaga pendamping.",
    "Selain {mitra}, toko-toko di {kab} menyumbang bahan senilai {juta} setiap tahun.",
    "Peran dibagi jelas: {mitra} menangani perizinan, sedangkan {kelompok} menjalankan kegiatan harian.",
    "Rencana kerja disusun bersama {mitra} agar tidak bertumpang tindih dengan {k} program yang sudah ada.",
    "Kami duduk dalam forum koordinasi {kab} bersama {mitra} dan {k} lembaga lain.",
    "Pertemuan hari {hari} dengan {mitra} membahas keluhan warga yang masuk lewat kotak saran.",
    "Kegiatan ini masuk dalam rencana kerja {mitra} tahun depan dengan pagu {juta}.",
    "Relawan {mitra} bertugas bergantian di {k} lokasi sehingga layanan tetap buka pada hari {hari}.",
    "Perusahaan daerah memberi potongan {persen} untuk angkutan, sementara {mitra} meminjamkan gudang.",
    "Perguruan tinggi di ibu kota provinsi mengirim {k} mahasiswa tiap semester, didampingi {mitra} selama di {kab}.",
    "Kami memilih {mitra} sebagai rekan utama sebab warga {kec} paling sering meminta bantuan ke sana.",
    "Tanggung jawab bersama {mitra} diatur dalam {k} pasal singkat yang dapat dibaca siapa saja di balai {d}.",
];

/// How it pays for itself.
pub(super) const FINANCE: &[&str] = &[
    "Pendapatan berasal dari iuran {rp}, penjualan, dan hibah kecil; ketergantungan pada hibah tinggal {rendah}.",
    "Biaya operasi sekitar {juta} sebulan, dan {tinggi} sudah tertutup oleh pembayaran pelanggan.",
    "Keluarga tidak mampu dibebaskan dari biaya {rp} melalui subsidi silang dari {k} pelanggan lembaga.",
    "Kami menyisihkan {persen} laba untuk perawatan dan {juta} sebagai cadangan darurat.",
    "Titik impas tercapai pada {tahun} setelah jumlah pelanggan melampaui {n} orang.",
    "Laporan keuangan diperiksa {mitra} setiap tahun; saldo terakhir tercatat {juta}.",
    "Setiap rupiah hibah disandingkan dengan iuran warga {rp}, sehingga rasa memiliki terjaga di {desa}.",
    "Tarif ditinjau setiap {k} bulan dengan batas atas {rp} agar tetap terjangkau.",
    "Separuh surplus dibagikan kepada anggota dan {rendah} dipakai untuk memperluas layanan ke {kec}.",
    "Pinjaman bank {juta} telah lunas lebih cepat {k} bulan dari jadwal.",
    "Pelanggan tetap kami berjumlah {n} rumah dan {k} kantor, dengan pembayaran tepat waktu {tinggi}.",
    "Honor petugas sebesar {rp} per jam menjadi pos terbesar, yakni {persen} dari pengeluaran.",
    "Penjualan tahun lalu mencapai {juta}; kami menargetkan kenaikan {rendah} tanpa menaikkan harga.",
    "Modal alat diperoleh dari patungan {n} warga, masing-masing {rp}, yang dicatat sebagai saham anggota.",
];

/// How it knows what it achieves.
pub(super) const EVIDENCE: &[&str] = &[
    "Data dikumpulkan setiap hari {hari} dengan formulir satu halaman, kemudian diperiksa silang oleh {mitra}.",
    "Angka tersebut berasal dari wawancara {n} rumah yang dipilih acak di {kec}.",
    "Peneliti luar menilai kegiatan ini pada {tahun} dan menyarankan {k} perbaikan, semuanya sudah dijalankan.",
    "Kami membandingkan {desa} dampingan dengan wilayah sekitar yang belum dilayani selama {bulan} bulan.",
    "Catatan lengkap terbuka bagi siapa pun yang datang ke balai {d} pada hari {hari}.",
    "Setiap {k} bulan warga memberi nilai; kepuasan terakhir mencapai {tinggi}.",
    "Keluhan dicatat dan {tinggi} diselesaikan dalam {k} hari kerja.",
    "Kegagalan juga kami laporkan: {k} lokasi di {kab} ditutup karena pengurus tidak aktif.",
    "Foto dan lembar timbang disimpan selama {k} tahun serta dapat diaudit {mitra}.",
    "Pengukuran awal dilakukan pada {tahun}, pengukuran ulang sesudah {bulan} bulan oleh petugas yang berbeda.",
    "Kami menghitung ulang seluruh angka bersama {mitra} dan menemukan selisih {rendah} saja sepanjang {tahun}.",
    "Tabel perkembangan dibacakan di depan {n} warga setiap musyawarah {d}.",
    "Indikator dipilih warga sendiri, berjumlah {k}, dan dibahas ulang setiap akhir {tahun}.",
    "Seorang pencatat dari {kelompok} menyalin data ke lembar daring tiap hari {hari} agar mudah dipantau.",
];

/// What it would do in a pilot.
pub(super) const PILOT: &[&str] = &[
    "Uji coba diusulkan di {desa} selama {bulan} bulan, disertai evaluasi bersama {mitra} pada pertengahan jalan.",
    "Bersama pemerintah daerah kami ingin menjangkau {n} keluarga di {kec} dalam tahun pertama.",
    "Kami membutuhkan akses data, {k} lokasi, dan satu pejabat penghubung di {kab}.",
    "Tahap awal menyasar {desa}; bila {tinggi} target tercapai, layanan dibuka di seluruh wilayah.",
    "Pelatihan bagi {k} perangkat {d} disiapkan supaya kegiatan tetap berjalan setelah uji coba.",
    "Dana uji coba dipakai untuk alat ({persen}), honor, dan pelatihan; rinciannya kami buka bagi warga {kab}.",
    "Kami bersedia menyerahkan panduan dan rancangan kepada {mitra} setelah bulan ke-{k}.",
    "Lokasi pertama berada di {kec} karena {kelompok} telah menyatakan siap sejak {tahun}.",
    "Risiko utama adalah pergantian pengurus; karena itu {k} orang cadangan dilatih pada setiap lokasi di {kab}.",
    "Setelah {bulan} bulan, biaya per penerima ditargetkan turun menjadi {rp}.",
    "Kami mengundang dinas terkait memeriksa kemajuan setiap hari {hari} pada pekan terakhir bulan berjalan, dimulai dari {desa}.",
    "Kebutuhan tenaga setempat {k} orang akan diisi pemuda dari {kec} melalui seleksi terbuka.",
    "Bila berhasil, {kelompok} meneruskan layanan dengan anggaran {d} sekitar {juta} setahun.",
    "Rencana kami sederhana: mulai kecil di {desa}, mengukur selama {j} triwulan, lalu memperbaiki.",
];

/// What a government offers whoever solves its problem.
pub(super) const OFFERS: &[&str] = &[
    "Lokasi uji coba di {desa}, satu pejabat penghubung, dan data dasar tahun {tahun}.",
    "Ruang kerja di kantor dinas, {k} tenaga pendamping, serta akses ke forum perangkat {d}.",
    "Anggaran pendampingan {juta}, kendaraan operasional pada hari {hari}, dan izin penggunaan gedung.",
    "Data terpilah yang disamarkan, jejaring {k} puskesmas dan sekolah, serta dukungan publikasi.",
    "Kesepakatan layanan selama {bulan} bulan dan peluang kontrak sesudah evaluasi bersama {mitra}.",
    "Pendamping dari Bappeda, {k} lokasi percontohan, dan forum evaluasi setiap triwulan.",
    "Gudang milik daerah, bantuan perizinan, dan promosi lewat kanal resmi {kab}.",
    "Relawan {mitra}, tempat tinggal sementara bagi tim, serta dana perjalanan {juta}.",
];

/// What a government looks for.
pub(super) const SOUGHT: &[&str] = &[
    "Kami mencari solusi yang telah berjalan paling sedikit {k} bulan dan bersedia diuji bersama warga.",
    "Diharapkan ada model layanan yang dapat diteruskan {d} tanpa tambahan pegawai setelah {bulan} bulan.",
    "Solusi sebaiknya murah dirawat, melibatkan {kelompok} atau kelompok sejenis, dan terukur hasilnya.",
    "Pemerintah {kab} menghendaki pendekatan yang menjangkau penyandang disabilitas dan keluarga termiskin.",
    "Usulan yang memadukan usaha warga dengan layanan publik akan diutamakan, terutama untuk {kec}.",
    "Kami terbuka pada cara baru asalkan biaya per penerima tidak melebihi {rp} sebulan.",
    "Target kami perbaikan {persen} dalam satu tahun anggaran, dengan laporan terbuka setiap triwulan.",
    "Mitra diharapkan bekerja bersama {mitra} dan menyerahkan panduan pada akhir uji coba.",
];

/// Names of local groups.
pub(super) const GROUPS: &[&str] = &[
    "Kelompok Melati",
    "Kelompok Anggrek",
    "Kelompok Kenanga",
    "Kelompok Cempaka",
    "Kelompok Mawar",
    "Kelompok Teratai",
    "Kelompok Mekar Sari",
    "Kelompok Sumber Rejeki",
    "Kelompok Harapan Baru",
    "Kelompok Tunas Muda",
    "Kelompok Bina Karya",
    "Kelompok Sinar Pagi",
    "Kelompok Rukun Makmur",
    "Kelompok Suka Maju",
    "Kelompok Cahaya",
    "Kelompok Sejahtera",
    "Kelompok Tani Jaya",
    "Kelompok Guyub",
    "Kelompok Karya Bakti",
    "Kelompok Lestari",
    "Kelompok Maju Bersama",
    "Kelompok Setia Kawan",
    "Kelompok Flamboyan",
    "Kelompok Sedap Malam",
];

/// Those with whom teams work.
pub(super) const PARTNER_NAMES: &[&str] = &[
    "Tim Penggerak PKK",
    "Karang Taruna",
    "puskesmas setempat",
    "badan usaha milik desa",
    "dinas terkait",
    "koperasi setempat",
    "penyuluh lapangan",
    "pemerintah kecamatan",
    "forum disabilitas",
    "balai latihan kerja",
    "Bappeda",
    "majelis taklim dan gereja setempat",
];

/// Short names that teams give their work.
pub(super) const BRANDS: &[&str] = &[
    "Lentera",
    "Tumbuh",
    "Jejak",
    "Sahabat",
    "Anyam",
    "Ruang Temu",
    "Akar",
    "Jembatan",
    "Semai",
    "Titik Balik",
    "Langkah",
    "Pelita",
    "Simpul",
    "Rintis",
    "Gotong",
    "Serambi",
    "Benih",
    "Arah Baru",
    "Rumpun",
    "Pijar",
    "Lumbung",
    "Sapa",
    "Daun",
    "Dermaga",
];
