### Slovenian (Slovenia). Register: formal (vikanje), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. U+2011 in e-pošta; U+00A0 before units.

subject = { $code } je vaša potrditvena koda za storitev { $brand }

heading = Potrdite svoj e‑poštni naslov

intro = Za dokončanje registracije v storitvi { $brand } vnesite to kodo:

validity =
    { $minutes ->
        [0] Te kode ne zaupajte nikomur. Poteče čez manj kot minuto.
        [one] Te kode ne zaupajte nikomur. Poteče čez { $minutes } minuto.
        [two] Te kode ne zaupajte nikomur. Poteče čez { $minutes } minuti.
        [few] Te kode ne zaupajte nikomur. Poteče čez { $minutes } minute.
       *[other] Te kode ne zaupajte nikomur. Poteče čez { $minutes } minut.
    }

ignore = Če te kode niste zahtevali vi, lahko to sporočilo brez skrbi prezrete.
