### Spanish (Spain). Register: informal (tú), the usual one of consumer products there; perfect tense for what has just happened.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

invalid-parameter = Los datos introducidos no son válidos

send-later =
    { $minutes ->
        [one] Ya te hemos enviado un correo; si no te ha llegado, pide otro código dentro de { $minutes } minuto
       *[other] Ya te hemos enviado un correo; si no te ha llegado, pide otro código dentro de { $minutes } minutos
    }

send-limit = Se han pedido demasiados códigos; inténtalo de nuevo más tarde

unavailable = El servicio no está disponible en este momento; inténtalo de nuevo más tarde

verify-first = Pide un código de verificación

too-many-tries =
    { $minutes ->
        [one] Demasiados intentos; pide otro código dentro de { $minutes } minuto
       *[other] Demasiados intentos; pide otro código dentro de { $minutes } minutos
    }

wrong-code = El código no es correcto; compruébalo e inténtalo de nuevo
