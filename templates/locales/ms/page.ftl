### Malay (Malaysia). Register: polite but plain, anda; buttons are bare verbs (Hantar, Salin, Padam).
### “E‑mel” with a no-break hyphen (U+2011).

language = Bahasa
title = Cipta akaun anda
lead = Masukkan alamat e‑mel anda dan kami akan menghantar kod enam digit kepada anda.
email = Alamat e‑mel
send = Hantar kod
resend = Hantar kod baharu
wait = Hantar semula dalam { $time }
ready = Anda boleh meminta kod baharu sekarang.
sent = Kami telah menghantar kod ke { $email }.
code = Kod dalam e‑mel
check = Sahkan
incomplete = Masukkan kesemua enam digit kod.
done = Alamat e‑mel anda telah disahkan
confirmed = { $email } disahkan milik anda. Anda boleh meneruskan pendaftaran.
again = Mula semula
reference = Rujukan API

error-unreachable = Perkhidmatan tidak dapat dihubungi. Semak sambungan anda dan cuba lagi.
error-address = Alamat e‑mel itu nampaknya tidak betul. Semak dan cuba lagi.
error-later = Kod sudah dihantar. Semak juga folder spam, atau minta kod baharu apabila masa menunggu tamat.
error-limit = Terlalu banyak kod diminta. Cuba lagi kemudian.
error-unavailable = Berlaku masalah di pihak kami. Cuba sebentar lagi.
error-no-code = Kod ini tidak lagi sah. Sila minta kod baharu.
error-tries = Terlalu banyak kod salah dimasukkan. Minta kod baharu apabila masa menunggu tamat.
error-code = Kod tidak betul. Semak e‑mel dan cuba lagi.

inbox = Peti masuk
inbox-open = Buka dalam tab baharu
inbox-live = Kemas kini automatik
inbox-lost = Sambungan terputus, sedang mencuba lagi
inbox-count =
    { $count ->
        [0] Tiada e‑mel
       *[other] { $count } e‑mel
    }
inbox-more = Menunjukkan { $shown } e‑mel terbaharu daripada { $total } e‑mel.
inbox-search = Cari
inbox-no-match = Tiada e‑mel yang sepadan.
inbox-empty = Belum ada e‑mel
inbox-hint = Minta kod dan e‑melnya akan muncul di sini secara automatik.
inbox-choose = Pilih e‑mel untuk dibaca.
inbox-gone = E‑mel ini sudah tiada di sini.
inbox-new = E‑mel baharu kepada { $to }: { $subject }
inbox-no-subject = Tiada subjek
inbox-all = Semua e‑mel
inbox-from = Daripada
inbox-to = Kepada
inbox-received = Diterima
inbox-text = Teks
inbox-html = HTML
inbox-source = Sumber
inbox-copy = Salin
inbox-copy-code = Salin kod
inbox-copied = Disalin
inbox-no-copy = Tidak boleh menyalin di sini
inbox-delete = Padam
inbox-deleted = E‑mel dipadamkan
inbox-clear = Padam semua…
inbox-clear-title = Padam semua e‑mel?
inbox-clear-text = Semua e‑mel ini tidak disimpan di tempat lain.
inbox-clear-no = Jangan padam
inbox-clear-yes = Padam semua

way = Sejarah penghantaran
way-queued = Dalam giliran
way-attempt = Percubaan { $number }
way-delivered = Berjaya dihantar
way-retry = Akan dicuba lagi
way-failed = Gagal dihantar

relay = Pelayan geganti
relay-accept = Menerima
relay-refuse = Menolak
relay-greylist = Menggunakan senarai kelabu
relay-stall = Tidak memberikan respons
