### Croatian (Croatia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. kôd, but koda, kodova; U+2011 in e-pošta; U+00A0 before units.

invalid-parameter = Uneseni podaci nisu ispravni

send-later =
    { $minutes ->
        [one] Poruka s kodom već je poslana. Ako ne stigne, zatražite novi kôd za { $minutes } minutu
        [few] Poruka s kodom već je poslana. Ako ne stigne, zatražite novi kôd za { $minutes } minute
       *[other] Poruka s kodom već je poslana. Ako ne stigne, zatražite novi kôd za { $minutes } minuta
    }

send-limit = Zatraženo je previše kodova. Pokušajte ponovno kasnije

unavailable = Usluga je privremeno nedostupna. Pokušajte ponovno kasnije

verify-first = Najprije zatražite kontrolni kôd

too-many-tries =
    { $minutes ->
        [one] Previše neuspjelih pokušaja. Zatražite novi kôd za { $minutes } minutu
        [few] Previše neuspjelih pokušaja. Zatražite novi kôd za { $minutes } minute
       *[other] Previše neuspjelih pokušaja. Zatražite novi kôd za { $minutes } minuta
    }

wrong-code = Kôd nije točan. Provjerite ga i pokušajte ponovno
