### Dutch (Netherlands, Belgium). Register: informal (je), as nearly every app and web service.
### Typography: e‑mail with U+2011; U+00A0 between a number and its unit.

invalid-parameter = De ingevulde gegevens zijn ongeldig
send-later =
    { $minutes ->
        [one] We hebben je al een e‑mail gestuurd. Niet ontvangen? Vraag dan over één minuut een nieuwe code aan
       *[other] We hebben je al een e‑mail gestuurd. Niet ontvangen? Vraag dan over { $minutes } minuten een nieuwe code aan
    }
send-limit = Er zijn te veel codes aangevraagd. Probeer het later opnieuw
unavailable = De dienst is tijdelijk niet beschikbaar. Probeer het later opnieuw
verify-first = Er is geen geldige code voor dit adres. Vraag een code aan
too-many-tries =
    { $minutes ->
        [one] Te veel mislukte pogingen. Vraag over één minuut een nieuwe code aan
       *[other] Te veel mislukte pogingen. Vraag over { $minutes } minuten een nieuwe code aan
    }
wrong-code = De code klopt niet. Controleer de code en probeer het opnieuw
