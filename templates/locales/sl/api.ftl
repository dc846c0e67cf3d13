### Slovenian (Slovenia). Register: formal (vikanje), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. U+2011 in e-pošta; U+00A0 before units.

invalid-parameter = Vneseni podatki niso veljavni

send-later =
    { $minutes ->
        [one] Sporočilo s kodo smo že poslali. Če ga ne prejmete, lahko čez { $minutes } minuto zahtevate novo kodo
        [two] Sporočilo s kodo smo že poslali. Če ga ne prejmete, lahko čez { $minutes } minuti zahtevate novo kodo
        [few] Sporočilo s kodo smo že poslali. Če ga ne prejmete, lahko čez { $minutes } minute zahtevate novo kodo
       *[other] Sporočilo s kodo smo že poslali. Če ga ne prejmete, lahko čez { $minutes } minut zahtevate novo kodo
    }

send-limit = Preveč zahtev za kodo. Poskusite znova pozneje

unavailable = Storitev trenutno ni na voljo. Poskusite znova pozneje

verify-first = Najprej zahtevajte potrditveno kodo

too-many-tries =
    { $minutes ->
        [one] Preveč neuspelih poskusov. Novo kodo lahko zahtevate čez { $minutes } minuto
        [two] Preveč neuspelih poskusov. Novo kodo lahko zahtevate čez { $minutes } minuti
        [few] Preveč neuspelih poskusov. Novo kodo lahko zahtevate čez { $minutes } minute
       *[other] Preveč neuspelih poskusov. Novo kodo lahko zahtevate čez { $minutes } minut
    }

wrong-code = Koda ni pravilna. Preverite jo in poskusite znova
