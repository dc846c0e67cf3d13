### French (Canada). Register: formal (vous), friendly; courriel and pourriel, as people there say.
### Typography: no space before ; ! ?, U+00A0 before the colon and between a number and its unit.

subject = { $code } est votre code de vérification { $brand }

heading = Confirmez votre adresse courriel

intro = Entrez ce code pour terminer votre inscription à { $brand } :

validity =
    { $minutes ->
        [0] Ne donnez ce code à personne. Il expire dans moins d’une minute.
        [one] Ne donnez ce code à personne. Il expire dans { $minutes } minute.
       *[other] Ne donnez ce code à personne. Il expire dans { $minutes } minutes.
    }

ignore = Si vous n’avez pas demandé ce code, vous pouvez ignorer ce courriel sans crainte.
