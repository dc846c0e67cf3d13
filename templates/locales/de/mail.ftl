### German (Germany, Austria; Swiss readers would expect ss for ß). Register: formal (Sie), safe for a brand one doesn’t know.
### Typography: E‑Mail with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

subject = { $code } ist Ihr Bestätigungscode für { $brand }
heading = Bestätigen Sie Ihre E‑Mail-Adresse
intro = Geben Sie diesen Code ein, um Ihre Registrierung bei { $brand } abzuschließen:
validity =
    { $minutes ->
        [0] Geben Sie diesen Code nicht weiter. Er läuft in weniger als einer Minute ab.
        [one] Geben Sie diesen Code nicht weiter. Er läuft in einer Minute ab.
       *[other] Geben Sie diesen Code nicht weiter. Er läuft in { $minutes } Minuten ab.
    }
ignore = Falls Sie diesen Code nicht angefordert haben, können Sie diese E‑Mail einfach ignorieren.
