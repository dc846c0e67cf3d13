### Latvian (Latvia). Register: polite plural, “jūs” in lower case; buttons are infinitives; quotes are „ ”,
### “e‑pasts” has a no-break hyphen.

invalid-parameter = Ievadītie dati nav derīgi

send-later =
    { $minutes ->
        [zero] Vēstule jau ir nosūtīta. Ja to nesaņemsiet, mēģiniet vēlreiz pēc { $minutes } minūtēm
        [one] Vēstule jau ir nosūtīta. Ja to nesaņemsiet, mēģiniet vēlreiz pēc { $minutes } minūtes
       *[other] Vēstule jau ir nosūtīta. Ja to nesaņemsiet, mēģiniet vēlreiz pēc { $minutes } minūtēm
    }

send-limit = Pieprasīts pārāk daudz kodu. Vēlāk mēģiniet vēlreiz

unavailable = Pakalpojums īslaicīgi nav pieejams. Vēlāk mēģiniet vēlreiz

verify-first = Vispirms pieprasiet apstiprinājuma kodu

too-many-tries =
    { $minutes ->
        [zero] Pārāk daudz mēģinājumu. Pieprasiet jaunu kodu pēc { $minutes } minūtēm
        [one] Pārāk daudz mēģinājumu. Pieprasiet jaunu kodu pēc { $minutes } minūtes
       *[other] Pārāk daudz mēģinājumu. Pieprasiet jaunu kodu pēc { $minutes } minūtēm
    }

wrong-code = Nepareizs kods. Pārbaudiet to un mēģiniet vēlreiz
