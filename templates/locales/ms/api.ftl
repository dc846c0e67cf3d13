### Malay (Malaysia). Register: polite but plain, sila for requests.
### “E‑mel” with a no-break hyphen (U+2011).

invalid-parameter = Maklumat yang dimasukkan tidak sah

send-later = E‑mel sudah dihantar. Jika belum diterima, sila minta kod baharu selepas { $minutes } minit

send-limit = Terlalu banyak kod diminta. Sila cuba lagi kemudian

unavailable = Perkhidmatan tidak tersedia buat sementara waktu. Sila cuba lagi kemudian

verify-first = Sila minta kod pengesahan dahulu

too-many-tries = Terlalu banyak percubaan. Sila minta kod baharu selepas { $minutes } minit

wrong-code = Kod pengesahan salah. Sila semak semula
