### Czech (Czechia). Register: formal (vykání), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

invalid-parameter = Zadané údaje nejsou platné

send-later =
    { $minutes ->
        [one] E‑mail s kódem jsme už odeslali. Pokud nedorazí, požádejte za { $minutes } minutu o nový kód
        [few] E‑mail s kódem jsme už odeslali. Pokud nedorazí, požádejte za { $minutes } minuty o nový kód
       *[other] E‑mail s kódem jsme už odeslali. Pokud nedorazí, požádejte za { $minutes } minut o nový kód
    }

send-limit = Příliš mnoho žádostí o kód. Zkuste to znovu později

unavailable = Služba je dočasně nedostupná. Zkuste to znovu později

verify-first = Nejdřív si vyžádejte ověřovací kód

too-many-tries =
    { $minutes ->
        [one] Příliš mnoho neúspěšných pokusů. Požádejte za { $minutes } minutu o nový kód
        [few] Příliš mnoho neúspěšných pokusů. Požádejte za { $minutes } minuty o nový kód
       *[other] Příliš mnoho neúspěšných pokusů. Požádejte za { $minutes } minut o nový kód
    }

wrong-code = Kód není správný. Zkontrolujte ho a zkuste to znovu
