invalid-parameter = Paramètre non valide
send-later =
    { $minutes ->
        [one] Un e-mail a déjà été envoyé. Si vous ne l’avez pas reçu, refaites une demande dans { $minutes } minute
       *[other] Un e-mail a déjà été envoyé. Si vous ne l’avez pas reçu, refaites une demande dans { $minutes } minutes
    }
send-limit = Trop de codes demandés, veuillez réessayer plus tard
unavailable = Service temporairement indisponible, veuillez réessayer plus tard

verify-first = Veuillez d’abord demander un code de vérification

too-many-tries = Trop de tentatives, veuillez redemander un code dans { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}

wrong-code = Code incorrect, veuillez vérifier votre saisie
