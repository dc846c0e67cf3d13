### Turkish (Türkiye). Register: polite “siz” in sentences, the bare imperative on buttons, as usual in
### software; “e‑posta” has a no-break hyphen.

invalid-parameter = Girilen bilgiler geçerli değil

send-later =
    { $minutes ->
        [one] E‑posta zaten gönderildi. Size ulaşmazsa lütfen { $minutes } dakika sonra yeniden deneyin
       *[other] E‑posta zaten gönderildi. Size ulaşmazsa lütfen { $minutes } dakika sonra yeniden deneyin
    }

send-limit = Çok fazla kod istendi. Lütfen daha sonra yeniden deneyin

unavailable = Hizmet geçici olarak kullanılamıyor. Lütfen daha sonra yeniden deneyin

verify-first = Lütfen önce bir doğrulama kodu isteyin

too-many-tries =
    { $minutes ->
        [one] Çok fazla deneme yapıldı. Lütfen { $minutes } dakika sonra yeni bir kod isteyin
       *[other] Çok fazla deneme yapıldı. Lütfen { $minutes } dakika sonra yeni bir kod isteyin
    }

wrong-code = Kod hatalı. Lütfen kontrol edip yeniden deneyin
