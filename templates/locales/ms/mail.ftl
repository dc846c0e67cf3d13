### Malay (Malaysia). Register: polite but plain, anda, as in the big consumer products.
### “E‑mel” with a no-break hyphen (U+2011).

subject = { $code } ialah kod pengesahan { $brand } anda

heading = Sahkan alamat e‑mel anda

intro = Masukkan kod ini untuk melengkapkan pendaftaran { $brand } anda:

validity =
    { $minutes ->
        [0] Jangan kongsi kod ini dengan sesiapa; kod akan tamat tempoh dalam masa kurang daripada seminit.
       *[other] Jangan kongsi kod ini dengan sesiapa; kod akan tamat tempoh dalam masa { $minutes } minit.
    }

ignore = Jika anda tidak meminta kod ini, abaikan sahaja e‑mel ini.
