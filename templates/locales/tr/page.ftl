### Turkish (Türkiye). Register: polite “siz” in sentences, the bare imperative on buttons, as usual in
### software; “e‑posta” has a no-break hyphen.

language = Dil
title = Hesap oluştur
lead = E‑posta adresinizi girin, size altı haneli bir kod gönderelim.
email = E‑posta adresi
send = Kod gönder
resend = Yeni kod gönder
wait = Yeniden gönder ({ $time })
ready = Artık yeni bir kod isteyebilirsiniz.
sent = { $email } adresine bir kod gönderdik.
code = E‑postadaki kod
check = Doğrula
incomplete = Kodun altı hanesinin tamamını girin.
done = Adresiniz doğrulandı
confirmed = { $email } adresinin size ait olduğunu doğruladık. Kaydınıza devam edebilirsiniz.
again = Baştan başla
reference = API belgeleri

error-unreachable = Hizmete ulaşılamıyor. Bağlantınızı kontrol edip yeniden deneyin.
error-address = Bu bir e‑posta adresine benzemiyor. Kontrol edip yeniden deneyin.
error-later = Size zaten bir kod gönderildi. Spam klasörüne de bakın veya bekleme süresi dolunca yeni bir kod isteyin.
error-limit = Çok fazla kod istendi. Daha sonra yeniden deneyin.
error-unavailable = Bizden kaynaklanan bir sorun oluştu. Biraz sonra yeniden deneyin.
error-no-code = Bu kod artık geçerli değil. Yeni bir kod isteyin.
error-tries = Çok fazla hatalı kod girildi. Bekleme süresi dolunca yeni bir kod isteyin.
error-code = Kod doğru değil. E‑postayı kontrol edip yeniden deneyin.

inbox = Gelen kutusu
inbox-open = Yeni sekmede aç
inbox-live = Canlı
inbox-lost = Bağlantı koptu, yeniden deneniyor
inbox-count =
    { $count ->
        [0] E‑posta yok
        [one] { $count } e‑posta
       *[other] { $count } e‑posta
    }
inbox-more = { $total } e‑postadan en yeni { $shown } tanesi gösteriliyor.
inbox-search = Ara
inbox-no-match = Eşleşen e‑posta yok.
inbox-empty = Henüz e‑posta yok
inbox-hint = Bir kod isteyin, e‑posta burada kendiliğinden görünsün.
inbox-choose = Okumak için bir e‑posta seçin.
inbox-gone = Bu e‑posta artık burada değil.
inbox-new = { $to } adresine yeni e‑posta: { $subject }
inbox-no-subject = Konu yok
inbox-all = Tüm e‑postalar
inbox-from = Kimden
inbox-to = Kime
inbox-received = Alınma zamanı
inbox-text = Metin
inbox-html = HTML
inbox-source = Kaynak
inbox-copy = Kopyala
inbox-copy-code = Kodu kopyala
inbox-copied = Kopyalandı
inbox-no-copy = Burada kopyalama yapılamıyor
inbox-delete = Sil
inbox-deleted = E‑posta silindi
inbox-clear = Tümünü sil…
inbox-clear-title = Tüm e‑postalar silinsin mi?
inbox-clear-text = Başka hiçbir yerde saklanmıyorlar.
inbox-clear-no = Vazgeç
inbox-clear-yes = Tümünü sil

way = İzlediği yol
way-queued = Kuyrukta
way-attempt = { $number }. deneme
way-delivered = Teslim edildi
way-retry = Yeniden denenecek
way-failed = Teslim edilemedi

relay = Relay sunucusu
relay-accept = Kabul ediyor
relay-refuse = Reddediyor
relay-greylist = Gri listeye alıyor
relay-stall = Yanıt vermiyor
