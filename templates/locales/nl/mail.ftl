### Dutch (Netherlands, Belgium). Register: informal (je), as nearly every app and web service.
### Typography: e‑mail with U+2011; U+00A0 between a number and its unit.

subject = { $code } is je verificatiecode voor { $brand }
heading = Bevestig je e‑mailadres
intro = Vul deze code in om je registratie bij { $brand } af te ronden:
validity =
    { $minutes ->
        [0] Deel deze code met niemand. De code verloopt binnen een minuut.
        [one] Deel deze code met niemand. De code verloopt over één minuut.
       *[other] Deel deze code met niemand. De code verloopt over { $minutes } minuten.
    }
ignore = Heb je deze code niet aangevraagd? Dan kun je deze e‑mail gewoon negeren.
