### Polish (Poland). Register: informal (ty), as consumer products write; Ty, Twój, Ci capitalised.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

subject = { $code } to Twój kod weryfikacyjny { $brand }

heading = Potwierdź swój adres e‑mail

intro = Wpisz ten kod, aby dokończyć rejestrację w serwisie { $brand }:

validity =
    { $minutes ->
        [0] Nikomu nie podawaj tego kodu. Wygaśnie za niecałą minutę.
        [one] Nikomu nie podawaj tego kodu. Wygaśnie za { $minutes } minutę.
        [few] Nikomu nie podawaj tego kodu. Wygaśnie za { $minutes } minuty.
        [many] Nikomu nie podawaj tego kodu. Wygaśnie za { $minutes } minut.
       *[other] Nikomu nie podawaj tego kodu. Wygaśnie za { $minutes } minuty.
    }

ignore = Jeśli prośba o ten kod nie pochodzi od Ciebie, możesz spokojnie zignorować tę wiadomość.
