subject = { $code } est votre code de vérification { $brand }
heading = Confirmez votre adresse e-mail
intro = Saisissez ce code pour terminer votre inscription sur { $brand }{ "\u00A0" }:
validity =
    { $minutes ->
        [0] Ce code expire dans moins d’une minute.
        [one] Ce code expire dans { $minutes } minute.
       *[other] Ce code expire dans { $minutes } minutes.
    }
secret = Ne communiquez ce code à personne.
ignore = Si vous n’avez pas demandé ce code, vous pouvez ignorer cet e-mail.
automatic = Message automatique envoyé par { $brand }.
