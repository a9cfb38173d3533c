//! Health.

use super::parts::{Need, Parts, Solution};

pub(super) const PARTS: Parts = Parts {
    issue: "kesehatan",
    problems: &[
        "Warga {desa} di {kab} menempuh lebih dari {j} jam perjalanan untuk bertemu dokter umum.",
        "Sebanyak {n} penderita hipertensi di {kec} berhenti minum obat karena persediaan di puskesmas pembantu kosong.",
        "Angka kunjungan ulang pasien tuberkulosis di {kab} turun {persen} setelah bulan kedua pengobatan.",
        "Dari {n} lansia yang kami data di {desa}, {persen} belum pernah memeriksakan gula darahnya.",
        "Rujukan dari {kec} sering terlambat sebab sopir, bidan, dan rumah sakit tidak berbagi informasi; {n} kasus tercatat pada {tahun}.",
        "Layanan kesehatan jiwa baru tersedia di {j} puskesmas, sementara {n} keluarga di {kab} merawat anggotanya tanpa pendampingan.",
        "Kader di {desa} masih mencatat dengan tangan dan {persen} laporan bulanan terlambat diterima dinas.",
        "Biaya perjalanan {rp} sekali berobat membuat {n} keluarga memilih membeli obat tanpa resep.",
        "Kasus demam berdarah di {kec} meningkat {persen} sejak {tahun} karena jentik tidak dipantau secara rutin.",
        "Pekerja informal di {kab} jarang memeriksakan diri; {persen} baru datang setelah sakit lebih dari {k} hari.",
    ],
    solutions: &[
        Solution {
            name: "Klinik keliling terjadwal",
            how: "Mobil klinik berisi dokter dan bidan singgah di {desa} setiap hari {hari} dengan iuran sukarela mulai {rp}.",
        },
        Solution {
            name: "Pos obat terhubung puskesmas",
            how: "Persediaan obat di {k} pos dilaporkan setiap hari {hari} lewat formulir singkat dan diisi ulang dari gudang {kab}.",
        },
        Solution {
            name: "Kader bermotor",
            how: "Kader {kelompok} mengendarai motor layanan, mengukur tekanan darah {n} warga, dan mengantar obat ke {desa}.",
        },
        Solution {
            name: "Rujukan lewat pesan singkat",
            how: "Bidan mengirim satu pesan berkode; sistem menghubungi sopir, keluarga, dan rumah sakit di {kab} dalam {k} menit.",
        },
        Solution {
            name: "Teman minum obat",
            how: "Penyintas tuberkulosis dari {kelompok} mendampingi {n} pasien dengan panggilan harian selama {bulan} bulan.",
        },
        Solution {
            name: "Rumah singgah keluarga pasien",
            how: "Keluarga dari {kec} menginap dengan iuran {rp} semalam dan dibantu {k} relawan mengurus berkas jaminan.",
        },
        Solution {
            name: "Pos lansia sehat",
            how: "Lansia {kelompok} berkumpul tiap hari {hari} untuk senam, pemeriksaan gula darah, dan makan bersama seharga {rp}.",
        },
        Solution {
            name: "Layanan jiwa berbasis keluarga",
            how: "Perawat terlatih mengunjungi {n} rumah di {kab} dan membentuk {k} kelompok keluarga yang saling menguatkan.",
        },
        Solution {
            name: "Pantau jentik anak sekolah",
            how: "Murid dari {k} sekolah memeriksa tampungan air setiap hari {hari} dan mengunggah hasilnya ke peta jentik {kab}.",
        },
        Solution {
            name: "Tabungan ambulans warga",
            how: "Warga {desa} menyisihkan {rp} sebulan untuk bahan bakar, perawatan, dan honor {k} sopir siaga.",
        },
        Solution {
            name: "Laboratorium jemput sampel",
            how: "Kurir bermotor membawa sampel dari {k} puskesmas ke laboratorium {kab}; hasilnya kembali sebelum hari {hari}.",
        },
        Solution {
            name: "Apotek hidup dan dapur sehat",
            how: "Pekarangan {n} rumah ditanami sayur dan rimpang, lalu {kelompok} mengolahnya untuk penderita diabetes di {desa}.",
        },
    ],
    activities: &[
        "Sebanyak {n} kader memperoleh pelatihan tanda bahaya selama {k} hari dari {mitra} sebelum bertugas.",
        "Jadwal layanan disepakati dengan {mitra} setiap awal bulan supaya {tinggi} kunjungan tidak bertabrakan dengan hari pasar.",
        "Data pasien disimpan terenkripsi dan hanya {k} petugas {kab} yang dapat membukanya; warga menandatangani persetujuan.",
        "Untuk {kec} tanpa sinyal, kami memakai kartu kertas yang disalin petugas pada hari {hari}.",
        "Relawan menjemput {n} warga yang tidak sanggup berjalan, dengan biaya perjalanan {rp} yang ditanggung kelompok.",
        "Kami menyusun alur pelayanan bersama {mitra} dan mengujinya pada {k} kasus nyata sebelum diperluas.",
        "Petugas memperoleh supervisi daring setiap hari {hari} dari {k} dokter relawan di ibu kota provinsi.",
        "Materi penyuluhan ditulis dalam bahasa setempat, diuji kepada {n} warga, lalu dicetak untuk {desa}.",
        "Alat ukur dikalibrasi setiap {k} bulan dan catatannya ditempel di balai {d} agar warga dapat memeriksanya.",
        "Kegiatan dimulai di {desa}, dievaluasi setelah {bulan} bulan, baru kemudian dibuka di tempat lain.",
    ],
    results: &[
        "Selama {bulan} bulan kami melayani {n} pasien, {persen} di antaranya belum pernah diperiksa sebelumnya.",
        "Kepatuhan minum obat naik {persen}, dan {n} pasien menyelesaikan pengobatan tanpa putus.",
        "Waktu tunggu rujukan menurun menjadi {k} menit; {n} ibu dan bayi tertolong pada tahun {tahun}.",
        "Kekosongan obat di {desa} berkurang {persen} menurut laporan gudang farmasi {kab}.",
        "Tekanan darah {n} peserta terkendali setelah {bulan} bulan, naik {persen} dibandingkan kelompok pembanding.",
        "Angka bebas jentik di {kec} naik {persen} dan tidak ada kejadian luar biasa sejak {tahun}.",
        "Sebanyak {n} keluarga pasien jiwa tidak lagi memasung anggotanya; {k} orang sudah kembali bekerja.",
        "Biaya berobat warga turun rata-rata {rp} setiap kunjungan, terutama bagi {n} pekerja informal.",
        "Laporan bulanan dari {desa} kini masuk tepat waktu, dengan kesalahan data berkurang {persen}.",
        "Kehadiran lansia dalam pemeriksaan rutin mencapai {n} orang, {persen} lebih banyak daripada tahun {tahun}.",
    ],
    needs: &[
        Need {
            title: "Dokter umum tidak menjangkau desa terjauh",
            text: "Warga di {desa} hanya dikunjungi tenaga medis {j} kali setahun, dan sisanya harus berjalan ke ibu kota kecamatan.",
        },
        Need {
            title: "Obat penyakit kronis kerap kosong",
            text: "Sepanjang {tahun} puskesmas pembantu di {kec} melaporkan {n} kejadian kekosongan obat hipertensi dan diabetes.",
        },
        Need {
            title: "Pasien tuberkulosis putus berobat",
            text: "Sebanyak {persen} pasien di {kab} berhenti sebelum bulan keenam karena jarak dan rasa malu.",
        },
        Need {
            title: "Rujukan gawat darurat terlambat",
            text: "Belum ada cara baku menghubungi sopir dan rumah sakit; {n} rujukan di {kab} melewati batas waktu aman.",
        },
        Need {
            title: "Layanan kesehatan jiwa sangat terbatas",
            text: "Kami mencatat {n} orang dengan gangguan jiwa berat di {kec}, tetapi hanya {j} perawat yang terlatih.",
        },
        Need {
            title: "Lansia tidak terpantau",
            text: "Pos lansia di {desa} vakum sejak {tahun} dan pemeriksaan rutin tidak lagi berjalan.",
        },
        Need {
            title: "Demam berdarah berulang setiap musim hujan",
            text: "Kasus di {kec} mencapai {n} orang, sementara pemantauan jentik hanya dilakukan saat ada korban.",
        },
        Need {
            title: "Laporan kader tidak dapat dipakai",
            text: "Formulir kertas dari {desa} tiba {j} minggu terlambat dan {persen} isinya tidak terbaca.",
        },
        Need {
            title: "Pekerja informal jarang memeriksakan diri",
            text: "Hanya {rendah} pedagang dan buruh di {kab} yang mengikuti pemeriksaan kesehatan gratis pada {tahun}.",
        },
        Need {
            title: "Sampel laboratorium tertahan di puskesmas",
            text: "Hasil pemeriksaan dari {kec} baru keluar setelah {k} hari karena tidak ada kurir yang rutin.",
        },
        Need {
            title: "Keluarga pasien rujukan tidak punya tempat tinggal sementara",
            text: "Setiap bulan {n} pendamping pasien dari {kec} tidur di selasar rumah sakit.",
        },
        Need {
            title: "Pola makan memicu diabetes pada usia muda",
            text: "Pemeriksaan di {k} sekolah menemukan {persen} remaja dengan gula darah di atas batas normal.",
        },
    ],
};
