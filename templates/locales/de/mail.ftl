subject = { $code } ist Ihr Bestätigungscode für { $brand }
heading = Bestätigen Sie Ihre E-Mail-Adresse
intro = Geben Sie diesen Code ein, um Ihre Registrierung bei { $brand } abzuschließen:
validity =
    { $minutes ->
        [0] Der Code läuft in weniger als einer Minute ab.
        [one] Der Code läuft in { $minutes } Minute ab.
       *[other] Der Code läuft in { $minutes } Minuten ab.
    }
secret = Bitte geben Sie diesen Code an niemanden weiter.
ignore = Falls Sie diesen Code nicht angefordert haben, können Sie diese E-Mail ignorieren.
automatic = Diese E-Mail wurde automatisch von { $brand } versendet.
