### Indonesian (Indonesia). Register: polite but plain, Anda (capital A).
### Buttons are bare verbs (Kirim, Salin, Hapus).

language = Bahasa
title = Buat akun Anda
lead = Masukkan alamat email Anda, dan kami akan mengirimkan kode enam digit.
email = Alamat email
send = Kirim kode
resend = Kirim kode baru
wait = Kirim lagi dalam { $time }
ready = Anda sudah bisa meminta kode baru.
sent = Kami telah mengirim kode ke { $email }.
code = Kode dari email
check = Konfirmasi
incomplete = Masukkan keenam digit kode.
done = Alamat email Anda sudah dikonfirmasi
confirmed = { $email } sudah dipastikan milik Anda. Silakan lanjutkan pendaftaran.
again = Mulai lagi
reference = Referensi API

error-unreachable = Layanan tidak dapat dihubungi. Periksa koneksi Anda, lalu coba lagi.
error-address = Sepertinya alamat email itu salah. Periksa, lalu coba lagi.
error-later = Kode sudah dikirim. Periksa juga folder spam, atau minta kode baru setelah waktu tunggu habis.
error-limit = Terlalu banyak permintaan kode. Coba lagi nanti.
error-unavailable = Terjadi masalah di sistem kami. Coba beberapa saat lagi.
error-no-code = Kode ini sudah tidak berlaku. Silakan minta kode baru.
error-tries = Terlalu banyak kode yang salah. Minta kode baru setelah waktu tunggu habis.
error-code = Kode salah. Periksa email Anda, lalu coba lagi.

inbox = Kotak masuk
inbox-open = Buka di tab baru
inbox-live = Diperbarui otomatis
inbox-lost = Koneksi terputus, mencoba lagi
inbox-count =
    { $count ->
        [0] Tidak ada email
       *[other] { $count } email
    }
inbox-more = Menampilkan { $shown } email terbaru dari total { $total } email.
inbox-search = Cari
inbox-no-match = Tidak ada email yang cocok.
inbox-empty = Belum ada email
inbox-hint = Minta kode, dan emailnya akan otomatis muncul di sini.
inbox-choose = Pilih email untuk dibaca.
inbox-gone = Email ini sudah tidak ada di sini.
inbox-new = Email baru untuk { $to }: { $subject }
inbox-no-subject = Tanpa subjek
inbox-all = Semua email
inbox-from = Dari
inbox-to = Kepada
inbox-received = Diterima
inbox-text = Teks
inbox-html = HTML
inbox-source = Sumber
inbox-copy = Salin
inbox-copy-code = Salin kode
inbox-copied = Disalin
inbox-no-copy = Tidak bisa menyalin di sini
inbox-delete = Hapus
inbox-deleted = Email dihapus
inbox-clear = Hapus semua…
inbox-clear-title = Hapus semua email?
inbox-clear-text = Semua email ini tidak disimpan di tempat lain.
inbox-clear-no = Jangan hapus
inbox-clear-yes = Hapus semua

way = Riwayat pengiriman
way-queued = Dalam antrean
way-attempt = Percobaan { $number }
way-delivered = Terkirim
way-retry = Akan dicoba lagi
way-failed = Gagal terkirim

relay = Server relai
relay-accept = Menerima
relay-refuse = Menolak
relay-greylist = Menerapkan greylist
relay-stall = Tidak merespons
