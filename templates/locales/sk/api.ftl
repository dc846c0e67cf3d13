### Slovak (Slovakia). Register: formal (vykanie), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

invalid-parameter = Zadané údaje nie sú platné

send-later =
    { $minutes ->
        [one] E‑mail s kódom sme už odoslali. Ak nepríde, vyžiadajte si o { $minutes } minútu nový kód
        [few] E‑mail s kódom sme už odoslali. Ak nepríde, vyžiadajte si o { $minutes } minúty nový kód
       *[other] E‑mail s kódom sme už odoslali. Ak nepríde, vyžiadajte si o { $minutes } minút nový kód
    }

send-limit = Príliš veľa žiadostí o kód. Skúste to znova neskôr

unavailable = Služba je dočasne nedostupná. Skúste to znova neskôr

verify-first = Najprv si vyžiadajte overovací kód

too-many-tries =
    { $minutes ->
        [one] Príliš veľa neúspešných pokusov. Vyžiadajte si o { $minutes } minútu nový kód
        [few] Príliš veľa neúspešných pokusov. Vyžiadajte si o { $minutes } minúty nový kód
       *[other] Príliš veľa neúspešných pokusov. Vyžiadajte si o { $minutes } minút nový kód
    }

wrong-code = Kód nie je správny. Skontrolujte ho a skúste to znova
