### Indonesian (Indonesia). Register: polite but plain, Anda (capital A), as in the big consumer products.
### “Email” rather than “surel”, as Gmail and most people say.

subject = { $code } adalah kode verifikasi { $brand } Anda

heading = Konfirmasi alamat email Anda

intro = Masukkan kode ini untuk menyelesaikan pendaftaran di { $brand }:

validity =
    { $minutes ->
        [0] Jangan bagikan kode ini kepada siapa pun; kode akan kedaluwarsa dalam waktu kurang dari satu menit.
       *[other] Jangan bagikan kode ini kepada siapa pun; kode akan kedaluwarsa dalam { $minutes } menit.
    }

ignore = Jika Anda tidak meminta kode ini, abaikan saja email ini.
