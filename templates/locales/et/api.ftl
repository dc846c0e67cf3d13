### Estonian (Estonia). Register: polite “teie”, as the brand is unknown; buttons are bare imperatives, as
### usual in software; quotes are „ “, “e‑post” and “e‑kiri” have a no-break hyphen.

invalid-parameter = Sisestatud andmed on vigased

send-later =
    { $minutes ->
        [one] E‑kiri on juba saadetud. Kui see kohale ei jõua, proovige { $minutes } minuti pärast uuesti
       *[other] E‑kiri on juba saadetud. Kui see kohale ei jõua, proovige { $minutes } minuti pärast uuesti
    }

send-limit = Koode on küsitud liiga palju. Proovige hiljem uuesti

unavailable = Teenus pole ajutiselt kättesaadav. Proovige hiljem uuesti

verify-first = Küsige kõigepealt kinnituskood

too-many-tries =
    { $minutes ->
        [one] Liiga palju katseid. Küsige uus kood { $minutes } minuti pärast
       *[other] Liiga palju katseid. Küsige uus kood { $minutes } minuti pärast
    }

wrong-code = Vale kood. Kontrollige seda ja proovige uuesti
