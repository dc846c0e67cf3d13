### French (France). Register: formal (vous), as nearly every consumer product there; warm, no jargon.
### Typography: U+202F before ; ! ?, U+00A0 before the colon and between a number and its unit, e‑mail with U+2011.

invalid-parameter = Les informations saisies ne sont pas valides

send-later =
    { $minutes ->
        [one] Un e‑mail vous a déjà été envoyé ; si vous ne l’avez pas reçu, demandez un nouveau code dans { $minutes } minute
       *[other] Un e‑mail vous a déjà été envoyé ; si vous ne l’avez pas reçu, demandez un nouveau code dans { $minutes } minutes
    }

send-limit = Trop de codes ont été demandés, veuillez réessayer plus tard

unavailable = Service momentanément indisponible, veuillez réessayer plus tard

verify-first = Veuillez demander un code de vérification

too-many-tries =
    { $minutes ->
        [one] Trop de tentatives, demandez un nouveau code dans { $minutes } minute
       *[other] Trop de tentatives, demandez un nouveau code dans { $minutes } minutes
    }

wrong-code = Code incorrect, vérifiez-le et réessayez
