### Norwegian Bokmål (Norway). Register: du, the only natural one.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

subject = { $code } er bekreftelseskoden din for { $brand }
heading = Bekreft e‑postadressen din
intro = Skriv inn denne koden for å fullføre registreringen hos { $brand }:
validity =
    { $minutes ->
        [0] Ikke del koden med noen. Den utløper om mindre enn ett minutt.
        [one] Ikke del koden med noen. Den utløper om ett minutt.
       *[other] Ikke del koden med noen. Den utløper om { $minutes } minutter.
    }
ignore = Hvis du ikke har bedt om denne koden, kan du trygt se bort fra denne e‑posten.
