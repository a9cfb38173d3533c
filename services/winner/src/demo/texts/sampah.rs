//! Waste management.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "sampah",
    problems: &[
        "Tempat pemrosesan akhir di {kab} hampir penuh dan menerima {n} ton sampah tercampur setiap bulan.",
        "Warga {desa} membakar sampah di pekarangan; {persen} rumah tidak dilayani pengangkutan.",
        "Sungai di {kec} membawa plastik ke hilir, dan {k} titik tumpukan liar muncul sejak {tahun}.",
        "Sisa makanan mencapai {persen} dari isi gerobak sampah di {k} pasar tradisional {kab}.",
        "Pemulung di {kab} menjual plastik hanya {rp} per kilogram karena tidak mempunyai alat pencacah.",
        "Plastik berlapis dari jajanan tidak laku dijual sehingga {n} kilogram menumpuk di bank sampah {kec} setiap bulan.",
        "Retribusi sampah terkumpul {rendah} saja, padahal biaya angkut {kab} naik sejak {tahun}.",
        "Sekolah dan kantor di {kec} belum memilah; {n} kilogram kertas tercampur makanan setiap pekan.",
        "Minyak jelantah dari {n} warung di {kab} dibuang ke selokan dan menyumbat saluran.",
        "Popok sekali pakai dan limbah rumah tangga berbahaya di {desa} dibuang bersama sampah dapur, sekitar {k} karung sehari.",
    ],
    solutions: &[
        Solution {
            name: "Bank sampah pasar tradisional",
            how: "Pedagang di {k} pasar menabung sampah terpilah setiap hari {hari} dan menukarnya dengan retribusi {rp}.",
        },
        Solution {
            name: "Budidaya maggot dari sisa dapur",
            how: "Sisa makanan dari {n} rumah diolah larva di kandang {kelompok} untuk dijadikan pakan ternak dan pupuk dalam {k} hari.",
        },
        Solution {
            name: "Bata plastik untuk trotoar",
            how: "Plastik berlapis dari {desa} dicacah, dilelehkan pada suhu terkendali, dan dicetak {kelompok} seharga {rp} sekeping.",
        },
        Solution {
            name: "Jemput pilah berlangganan",
            how: "Gerobak listrik menjemput sampah terpilah {n} pelanggan di {kec} pada hari {hari} dengan tarif {rp} seminggu.",
        },
        Solution {
            name: "Kompos komunal",
            how: "Bak kompos di {k} RW diisi bergiliran, dibalik {kelompok} pada hari {hari}, dan dipanen setiap dua bulan.",
        },
        Solution {
            name: "Minyak jelantah menjadi sabun",
            how: "Jelantah dari {n} warung dikumpulkan di {kab} dan diolah {kelompok} menjadi sabun cuci seharga {rp}.",
        },
        Solution {
            name: "Pusat guna ulang dan perbaikan",
            how: "Barang rusak dari {kec} diperbaiki {k} montir muda, lalu dijual murah di toko {kelompok} setiap hari {hari}.",
        },
        Solution {
            name: "Popok kain bergulir",
            how: "Keluarga bayi di {desa} menyewa popok kain {rp} seminggu; {kelompok} mencuci dan mengantarnya kembali.",
        },
        Solution {
            name: "Peta angkut berbasis laporan warga",
            how: "Warga {kab} melaporkan tumpukan lewat pesan foto, dan rute {k} truk disusun ulang setiap malam.",
        },
        Solution {
            name: "Jaring sampah sungai",
            how: "Jaring dari ban bekas menahan sampah di {k} anak sungai {kab}, diangkat {kelompok} pada hari {hari}.",
        },
        Solution {
            name: "Koperasi pemulung",
            how: "Pemulung anggota {kelompok} menjual bersama {n} kilogram cacahan plastik sebulan tanpa pengepul di {kab}.",
        },
        Solution {
            name: "Isi ulang tanpa kemasan",
            how: "Kios keliling menjual sabun dan minyak isi ulang mulai {rp} kepada {n} rumah di {kec}.",
        },
    ],
    activities: &[
        "Kader memeriksa hasil pilah {n} rumah setiap hari {hari} dan memberi kartu hijau, kuning, atau merah.",
        "Harga beli diumumkan di balai {d} dan diperbarui setiap {k} minggu mengikuti harga pabrik di {kab}.",
        "Kami menimbang dengan alat yang ditera {mitra}, lalu mencatat {n} transaksi pada buku yang terbuka bagi anggota.",
        "Petugas memperoleh sarung tangan, masker, dan jaminan kecelakaan kerja sebesar {rp} sebulan dari {kelompok}.",
        "Sebanyak {k} sekolah mengadakan hari tanpa sampah setiap {hari}, dipandu {mitra} dan murid.",
        "Lokasi pengolahan disetujui warga dalam {k} musyawarah, dengan jarak aman dari permukiman {kec}.",
        "Emisi dan lindi dipantau {mitra} setiap {k} bulan; hasilnya kami tempel di gerbang.",
        "Pedagang memperoleh wadah pilah dan potongan retribusi {persen} bila lolos pemeriksaan pada hari {hari}.",
        "Kami memulai dari {desa} dengan layanan angkut terburuk, lalu memperluas setelah {bulan} bulan.",
        "Pembeli hasil olahan diikat kontrak {bulan} bulan sehingga {kelompok} berani menambah {k} pekerja.",
    ],
    results: &[
        "Sampah yang masuk ke tempat pemrosesan akhir dari {desa} turun {persen} selama {bulan} bulan.",
        "Kami mengolah {n} kilogram sampah setiap bulan dan menggaji {k} pekerja tetap.",
        "Sebanyak {n} nasabah menabung sampah; saldo mereka mencapai {juta} pada akhir {tahun}.",
        "Titik tumpukan liar di {kec} berkurang {persen}, dan {k} lokasi telah menjadi taman.",
        "Penghasilan pemulung anggota naik {persen} menjadi {rp} sehari.",
        "Retribusi yang terkumpul naik {persen} dan {n} rumah baru terlayani sejak {tahun}.",
        "Biaya pakan peternak turun {persen} berkat {n} kilogram maggot segar sebulan.",
        "Sebanyak {k} kantor dan sekolah di {kab} mencapai tingkat pemilahan {tinggi}.",
        "Plastik di sungai menurut hitungan relawan turun {persen} dalam {bulan} bulan di {k} titik ukur.",
        "Penjualan produk olahan menutup {tinggi} biaya operasi, dan {desa} menanggung selisihnya.",
    ],
    needs: &[
        Need {
            title: "Tempat pemrosesan akhir hampir penuh",
            text: "Sisa umur lahan di {kab} diperkirakan {k} bulan, sedangkan {persen} isinya sampah organik.",
        },
        Need {
            title: "Sampah pasar menumpuk setiap malam",
            text: "Sebanyak {k} pasar di {kec} menghasilkan {n} kilogram sampah basah sehari tanpa pengolahan.",
        },
        Need {
            title: "Warga membakar sampah",
            text: "Armada kami hanya menjangkau {persen} rumah di {desa}, sehingga asap pembakaran dikeluhkan.",
        },
        Need {
            title: "Sungai menjadi tempat buangan",
            text: "Pemantauan {tahun} menemukan {k} tumpukan liar di bantaran sungai {kec}.",
        },
        Need {
            title: "Plastik berlapis tidak memiliki pembeli",
            text: "Bank sampah di {kab} menolak {n} kilogram kemasan jajanan setiap bulan.",
        },
        Need {
            title: "Retribusi tidak menutup biaya angkut",
            text: "Penerimaan tahun {tahun} hanya {persen} dari biaya layanan, dan pelanggan enggan membayar.",
        },
        Need {
            title: "Jelantah menyumbat saluran",
            text: "Warung dan katering di {kec} membuang {n} liter minyak bekas setiap pekan.",
        },
        Need {
            title: "Pemulung belum terlindungi",
            text: "Sekitar {n} pemulung di {kab} bekerja tanpa alat pelindung dan menjual murah kepada pengepul.",
        },
    ],
};
