### French (Canada). Register: formal (vous), friendly; courriel and pourriel, as people there say.
### Typography: no space before ; ! ?, U+00A0 before the colon and between a number and its unit.

invalid-parameter = Les renseignements entrés ne sont pas valides

send-later =
    { $minutes ->
        [one] Nous vous avons déjà envoyé un courriel; si vous ne l’avez pas reçu, demandez un autre code dans { $minutes } minute
       *[other] Nous vous avons déjà envoyé un courriel; si vous ne l’avez pas reçu, demandez un autre code dans { $minutes } minutes
    }

send-limit = Trop de codes ont été demandés, veuillez réessayer plus tard

unavailable = Service temporairement indisponible, veuillez réessayer plus tard

verify-first = Veuillez demander un code de vérification

too-many-tries =
    { $minutes ->
        [one] Trop d’essais, demandez un autre code dans { $minutes } minute
       *[other] Trop d’essais, demandez un autre code dans { $minutes } minutes
    }

wrong-code = Code incorrect, vérifiez-le et réessayez
