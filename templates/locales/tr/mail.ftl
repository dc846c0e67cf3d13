### Turkish (Türkiye). Register: polite “siz” in sentences, the bare imperative on buttons, as usual in
### software; “e‑posta” has a no-break hyphen.

subject = { $code }, { $brand } doğrulama kodunuz

heading = E‑posta adresinizi doğrulayın

intro = { $brand } kaydınızı tamamlamak için bu kodu girin:

validity =
    { $minutes ->
        [0] Bu kodu kimseyle paylaşmayın. Kod bir dakikadan kısa süre içinde geçersiz olacak.
        [one] Bu kodu kimseyle paylaşmayın. Kodun süresi { $minutes } dakika içinde dolacak.
       *[other] Bu kodu kimseyle paylaşmayın. Kodun süresi { $minutes } dakika içinde dolacak.
    }

ignore = Bu kodu siz istemediyseniz bu e‑postayı dikkate almanıza gerek yok.
