### Serbian, Latin (Serbia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### The text of sr, transliterated letter by letter: change both together. U+00A0 before units.

subject = { $code } je vaš verifikacioni kod za uslugu { $brand }

heading = Potvrdite svoju imejl adresu

intro = Unesite ovaj kod da biste završili registraciju za uslugu { $brand }:

validity =
    { $minutes ->
        [0] Nikome ne otkrivajte ovaj kod. Ističe za manje od jednog minuta.
        [one] Nikome ne otkrivajte ovaj kod. Ističe za { $minutes } minut.
        [few] Nikome ne otkrivajte ovaj kod. Ističe za { $minutes } minuta.
       *[other] Nikome ne otkrivajte ovaj kod. Ističe za { $minutes } minuta.
    }

ignore = Ako niste vi tražili ovaj kod, slobodno zanemarite ovaj imejl.
