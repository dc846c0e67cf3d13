### French (France). Register: formal (vous), as nearly every consumer product there; warm, no jargon.
### Typography: U+202F before ; ! ?, U+00A0 before the colon and between a number and its unit, e‑mail with U+2011.

subject = { $code } est votre code de vérification { $brand }

heading = Confirmez votre adresse e‑mail

intro = Saisissez ce code pour terminer votre inscription sur { $brand } :

validity =
    { $minutes ->
        [0] Ne communiquez ce code à personne. Il expire dans moins d’une minute.
        [one] Ne communiquez ce code à personne. Il expire dans { $minutes } minute.
       *[other] Ne communiquez ce code à personne. Il expire dans { $minutes } minutes.
    }

ignore = Si vous n’avez pas demandé ce code, vous pouvez simplement ignorer cet e‑mail.
