### Indonesian (Indonesia). Register: polite but plain, silakan for requests.

invalid-parameter = Data yang dimasukkan tidak valid

send-later = Email sudah dikirim. Jika belum diterima, silakan minta kode baru { $minutes } menit lagi

send-limit = Terlalu banyak permintaan kode. Silakan coba lagi nanti

unavailable = Layanan tidak tersedia untuk sementara. Silakan coba lagi nanti

verify-first = Silakan minta kode verifikasi terlebih dahulu

too-many-tries = Terlalu banyak percobaan. Silakan minta kode baru { $minutes } menit lagi

wrong-code = Kode verifikasi salah. Silakan periksa kembali
