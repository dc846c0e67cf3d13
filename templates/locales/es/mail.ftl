### Spanish (Spain). Register: informal (tú), the usual one of consumer products there; perfect tense for what has just happened.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

subject = { $code } es tu código de verificación de { $brand }

heading = Confirma tu dirección de correo electrónico

intro = Introduce este código para terminar de registrarte en { $brand }:

validity =
    { $minutes ->
        [0] No compartas este código con nadie. Caduca en menos de un minuto.
        [one] No compartas este código con nadie. Caduca en { $minutes } minuto.
       *[other] No compartas este código con nadie. Caduca en { $minutes } minutos.
    }

ignore = Si no has pedido este código, puedes ignorar este correo sin problema.
