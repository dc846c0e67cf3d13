### Serbian, Latin (Serbia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### The text of sr, transliterated letter by letter: change both together. U+00A0 before units.

invalid-parameter = Uneti podaci nisu ispravni

send-later =
    { $minutes ->
        [one] Imejl sa kodom je već poslat. Ako ne stigne, zatražite novi kod za { $minutes } minut
        [few] Imejl sa kodom je već poslat. Ako ne stigne, zatražite novi kod za { $minutes } minuta
       *[other] Imejl sa kodom je već poslat. Ako ne stigne, zatražite novi kod za { $minutes } minuta
    }

send-limit = Zatraženo je previše kodova. Pokušajte ponovo kasnije

unavailable = Usluga je privremeno nedostupna. Pokušajte ponovo kasnije

verify-first = Prvo zatražite verifikacioni kod

too-many-tries =
    { $minutes ->
        [one] Previše neuspelih pokušaja. Zatražite novi kod za { $minutes } minut
        [few] Previše neuspelih pokušaja. Zatražite novi kod za { $minutes } minuta
       *[other] Previše neuspelih pokušaja. Zatražite novi kod za { $minutes } minuta
    }

wrong-code = Kod nije ispravan. Proverite ga i pokušajte ponovo
