### Spanish (Latin America). Register: informal (tú), understood as neutral in every country; no vos, no vosotros, simple past.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

invalid-parameter = Los datos ingresados no son válidos

send-later =
    { $minutes ->
        [one] Ya te enviamos un correo; si no lo recibiste, solicita otro código dentro de { $minutes } minuto
       *[other] Ya te enviamos un correo; si no lo recibiste, solicita otro código dentro de { $minutes } minutos
    }

send-limit = Se solicitaron demasiados códigos; vuelve a intentarlo más tarde

unavailable = El servicio no está disponible por el momento; vuelve a intentarlo más tarde

verify-first = Solicita un código de verificación

too-many-tries =
    { $minutes ->
        [one] Demasiados intentos; solicita otro código dentro de { $minutes } minuto
       *[other] Demasiados intentos; solicita otro código dentro de { $minutes } minutos
    }

wrong-code = El código es incorrecto; revísalo y vuelve a intentarlo
