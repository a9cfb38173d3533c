//! Clean water and sanitation.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "air-bersih",
    problems: &[
        "Pada puncak kemarau {n} keluarga di {desa} membeli air tangki seharga {rp} per jeriken.",
        "Uji contoh air di {kec} menemukan bakteri tinja pada {persen} sumur gali milik warga.",
        "Sebanyak {n} rumah di {kab} belum memiliki jamban sehat sehingga limbahnya mengalir ke sungai.",
        "Perempuan dan anak di {desa} menghabiskan {j} jam sehari untuk mengambil air dari mata air terdekat.",
        "Jaringan pipa bantuan tahun {tahun} rusak dan {persen} kran umum di {kec} tidak lagi mengalir.",
        "Iuran air di {desa} macet karena pencatatan tidak terbuka; tunggakan mencapai {juta}.",
        "Kandungan besi dan kapur pada air tanah {kab} membuat {n} keluarga tetap membeli air kemasan.",
        "Sekolah di {kec} hanya memiliki {j} jamban untuk {n} murid dan tidak mempunyai tempat cuci tangan.",
        "Lumpur tinja dari {n} tangki septik di {kab} dibuang tanpa pengolahan oleh penyedia jasa tidak resmi.",
        "Sumur dangkal di {desa} mengering rata-rata {k} bulan setiap tahun dan debitnya turun {persen}.",
    ],
    solutions: &[
        Solution {
            name: "Penampung air hujan rangka bambu",
            how: "Tukang {kelompok} membangun penampung berukuran {k} meter kubik dari bambu dan semen tipis dengan biaya {juta} per {j} unit.",
        },
        Solution {
            name: "Depot air minum milik warga",
            how: "Air disaring bertingkat dan dijual {rp} per galon oleh {kelompok}, yang memeriksa mutunya setiap hari {hari}.",
        },
        Solution {
            name: "Saringan biopasir rumah tangga",
            how: "Setiap saringan dirakit dari pasir dan kerikil {kab}, melayani {k} jiwa, dan dibersihkan pada hari {hari}.",
        },
        Solution {
            name: "Jamban sehat dengan cicilan mingguan",
            how: "Keluarga mengangsur {rp} seminggu kepada {kelompok} sampai jamban senilai {juta} lunas.",
        },
        Solution {
            name: "Meter air prabayar desa",
            how: "Warga {desa} mengisi pulsa air mulai {rp}, dan layar di balai {d} menampilkan pemakaian serta kas.",
        },
        Solution {
            name: "Sumur resapan pekarangan",
            how: "Kami menggali {n} sumur resapan di {kec} sehingga limpasan hujan kembali mengisi air tanah.",
        },
        Solution {
            name: "Sedot tinja terjadwal",
            how: "Armada {kelompok} menguras tangki setiap {k} tahun dengan iuran {rp} sebulan dan mengantar lumpur ke instalasi {kab}.",
        },
        Solution {
            name: "Bengkel pompa keliling",
            how: "Teknisi muda dari {kelompok} merawat {k} pompa di {desa} tiap hari {hari} dengan suku cadang buatan setempat.",
        },
        Solution {
            name: "Sanitasi sekolah ramah anak",
            how: "Komite {k} sekolah di {kab} membangun jamban terpisah dan kran cuci tangan dengan patungan {rp} per murid.",
        },
        Solution {
            name: "Pompa air tenaga surya",
            how: "Panel surya mengangkat air ke tandon setinggi {k} meter, lalu {kelompok} membaginya kepada {n} rumah.",
        },
        Solution {
            name: "Taman pengolah limbah dapur",
            how: "Air cucian dari {n} rumah dialirkan ke kolam berisi tanaman air yang dirawat {kelompok} bersama warga {desa}.",
        },
        Solution {
            name: "Peta mutu air terbuka",
            how: "Relawan menguji {k} titik air setiap hari {hari}, dan hasilnya tampil pada peta yang dapat dibaca warga {kab}.",
        },
    ],
    activities: &[
        "Warga menyumbang tenaga selama {k} hari, sedangkan bahan setempat dibeli dari {n} pemasok kecil di {kab}.",
        "Pengurus sarana dipilih dalam musyawarah {d}, {persen} di antaranya perempuan, dan melapor setiap hari {hari}.",
        "Kami melatih {n} tukang setempat merawat sarana agar kerusakan ditangani dalam {k} hari.",
        "Mutu air diperiksa {mitra} setiap {k} bulan dan hasilnya ditempel pada papan pengumuman {d}.",
        "Iuran {rp} ditetapkan bersama setelah {kelompok} menghitung biaya perawatan untuk {k} tahun ke depan.",
        "Lokasi dipilih dengan {mitra} berdasarkan peta kekeringan, dimulai dari {desa} yang paling sering meminta air tangki.",
        "Keluarga dengan lansia atau penyandang disabilitas di {kec} didahulukan; {persen} sarana memakai pegangan dan jalur landai.",
        "Penyuluhan cuci tangan disisipkan pada {k} pertemuan {mitra} sehingga tidak memerlukan acara tersendiri.",
        "Setiap kerusakan dilaporkan lewat pesan singkat; catatan {kelompok} menunjukkan {tinggi} selesai pada minggu yang sama.",
        "Rancangan sarana kami bagikan bebas, dan {k} kelompok lain di {kab} telah menirunya.",
    ],
    results: &[
        "Sebanyak {n} keluarga memperoleh air sepanjang tahun, dan belanja air mereka turun {persen}.",
        "Kasus diare balita di {desa} berkurang {persen} dalam {bulan} bulan menurut catatan puskesmas.",
        "Kami telah membangun {n} sarana sejak {tahun}; {tinggi} masih berfungsi dan dirawat warga sendiri.",
        "Waktu mengambil air berkurang {j} jam sehari bagi {n} perempuan di {kec}.",
        "Kas perawatan kini berisi {juta}, dan {tinggi} pelanggan membayar sebelum jatuh tempo.",
        "Seluruh rumah di {desa} memakai jamban sejak {tahun}, dan {n} anak tidak lagi buang air di kebun.",
        "Contoh air dari {k} titik memenuhi baku mutu, padahal sebelumnya {persen} tercemar.",
        "Absensi murid karena sakit perut turun {persen} di {k} sekolah dampingan.",
        "Sebanyak {n} tangki dikuras dengan aman, setara {persen} rumah di wilayah layanan kami.",
        "Debit sumur warga bertahan {k} minggu lebih lama pada kemarau {tahun} daripada tahun sebelumnya.",
    ],
    needs: &[
        Need {
            title: "Kekeringan berulang dan mahalnya air tangki",
            text: "Setiap kemarau {n} keluarga di {desa} mengandalkan bantuan air yang datang {k} hari sekali.",
        },
        Need {
            title: "Sumur warga tercemar",
            text: "Pemeriksaan {tahun} menunjukkan {persen} sumur di {kec} tidak layak minum karena berdekatan dengan tangki septik.",
        },
        Need {
            title: "Buang air besar sembarangan belum berakhir",
            text: "Masih ada {n} rumah di {kab} tanpa jamban; pemicuan tanpa pembiayaan tidak cukup.",
        },
        Need {
            title: "Sarana air bantuan tidak terawat",
            text: "Dari {n} titik kran yang dibangun, {persen} rusak dalam {k} tahun karena tidak ada pengelola.",
        },
        Need {
            title: "Sanitasi sekolah tidak memadai",
            text: "Sebanyak {k} sekolah di {kec} berbagi satu jamban, sehingga murid perempuan kerap pulang lebih awal.",
        },
        Need {
            title: "Lumpur tinja dibuang ke sungai",
            text: "Instalasi pengolahan baru terpakai {rendah} sebab warga {kab} tidak menguras tangkinya secara berkala.",
        },
        Need {
            title: "Air tanah berkapur dan berbau besi",
            text: "Warga {desa} menghabiskan {rp} sehari untuk air kemasan karena air sumur menguning.",
        },
        Need {
            title: "Limbah dapur menggenangi permukiman",
            text: "Saluran di {kec} tersumbat dan genangan bertahan {k} hari setelah hujan.",
        },
    ],
};
