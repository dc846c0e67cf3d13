### Latvian (Latvia). Register: polite plural, “jūs” in lower case; buttons are infinitives; quotes are „ ”,
### “e‑pasts” has a no-break hyphen.

subject = { $code } ir jūsu { $brand } apstiprinājuma kods

heading = Apstipriniet savu e‑pasta adresi

intro = Ievadiet šo kodu, lai pabeigtu reģistrāciju pakalpojumā { $brand }:

validity =
    { $minutes ->
        [0] Neizpaudiet šo kodu nevienam. Tas ir derīgs mazāk nekā minūti.
        [zero] Neizpaudiet šo kodu nevienam. Tas ir derīgs { $minutes } minūtes.
        [one] Neizpaudiet šo kodu nevienam. Tas ir derīgs { $minutes } minūti.
       *[other] Neizpaudiet šo kodu nevienam. Tas ir derīgs { $minutes } minūtes.
    }

ignore = Ja kodu nepieprasījāt, vienkārši ignorējiet šo e‑pasta vēstuli.
