### Romanian (Romania, Moldova). Register: informal (tu), as Google and WhatsApp do; no adjectives that show the reader’s gender.
### Typography: ș and ț with comma below, e‑mail with U+2011, U+00A0 between a number and its unit.

invalid-parameter = Datele introduse nu sunt valide

send-later =
    { $minutes ->
        [one] Ți-am trimis deja un e‑mail; dacă nu l-ai primit, cere alt cod peste { $minutes } minut
        [few] Ți-am trimis deja un e‑mail; dacă nu l-ai primit, cere alt cod peste { $minutes } minute
       *[other] Ți-am trimis deja un e‑mail; dacă nu l-ai primit, cere alt cod peste { $minutes } de minute
    }

send-limit = S-au cerut prea multe coduri; încearcă din nou mai târziu

unavailable = Serviciul nu este disponibil momentan; încearcă din nou mai târziu

verify-first = Cere un cod de verificare

too-many-tries =
    { $minutes ->
        [one] Prea multe încercări; cere alt cod peste { $minutes } minut
        [few] Prea multe încercări; cere alt cod peste { $minutes } minute
       *[other] Prea multe încercări; cere alt cod peste { $minutes } de minute
    }

wrong-code = Codul este greșit; verifică-l și încearcă din nou
