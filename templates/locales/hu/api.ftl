### Hungarian (Hungary). Register: formal (magázás), safe for a brand one doesn’t know; Ön only where it is needed.
### U+2011 in e-mail and e-mail-cím; no suffix and no a/az beside { $brand }, only a noun joined with a hyphen.

invalid-parameter = A megadott adat érvénytelen

send-later =
    { $minutes ->
        [one] Az e‑mailt már elküldtük. Ha nem érkezik meg, { $minutes } perc múlva kérhet újat
       *[other] Az e‑mailt már elküldtük. Ha nem érkezik meg, { $minutes } perc múlva kérhet újat
    }

send-limit = Túl sok kódkérés érkezett. Próbálja újra később

unavailable = A szolgáltatás átmenetileg nem érhető el. Próbálja újra később

verify-first = Először kérjen ellenőrzőkódot

too-many-tries =
    { $minutes ->
        [one] Túl sok sikertelen próbálkozás. { $minutes } perc múlva kérhet új kódot
       *[other] Túl sok sikertelen próbálkozás. { $minutes } perc múlva kérhet új kódot
    }

wrong-code = Hibás kód. Ellenőrizze, és próbálja újra
