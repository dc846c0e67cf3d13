### Croatian (Croatia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. kôd, but koda, kodova; U+2011 in e-pošta; U+00A0 before units.

subject = { $code } je vaš kontrolni kôd za uslugu { $brand }

heading = Potvrdite svoju adresu e‑pošte

intro = Unesite ovaj kôd da biste dovršili registraciju za uslugu { $brand }:

validity =
    { $minutes ->
        [0] Nikome ne otkrivajte ovaj kôd. Istječe za manje od minute.
        [one] Nikome ne otkrivajte ovaj kôd. Istječe za { $minutes } minutu.
        [few] Nikome ne otkrivajte ovaj kôd. Istječe za { $minutes } minute.
       *[other] Nikome ne otkrivajte ovaj kôd. Istječe za { $minutes } minuta.
    }

ignore = Ako niste vi zatražili ovaj kôd, slobodno zanemarite ovu poruku.
