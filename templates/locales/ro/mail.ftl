### Romanian (Romania, Moldova). Register: informal (tu), as Google and WhatsApp do; no adjectives that show the reader’s gender.
### Typography: ș and ț with comma below, e‑mail with U+2011, U+00A0 between a number and its unit.

subject = { $code } este codul tău de verificare pentru { $brand }

heading = Confirmă-ți adresa de e‑mail

intro = Introdu acest cod pentru a-ți crea contul { $brand }:

validity =
    { $minutes ->
        [0] Nu da nimănui acest cod. Expiră în mai puțin de un minut.
        [one] Nu da nimănui acest cod. Expiră în { $minutes } minut.
        [few] Nu da nimănui acest cod. Expiră în { $minutes } minute.
       *[other] Nu da nimănui acest cod. Expiră în { $minutes } de minute.
    }

ignore = Dacă nu ai cerut acest cod, poți ignora fără grijă acest e‑mail.
