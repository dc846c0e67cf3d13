### Spanish (Latin America). Register: informal (tú), understood as neutral in every country; no vos, no vosotros, simple past.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

subject = { $code } es tu código de verificación de { $brand }

heading = Confirma tu correo electrónico

intro = Ingresa este código para completar tu registro en { $brand }:

validity =
    { $minutes ->
        [0] No compartas este código con nadie. Vence en menos de un minuto.
        [one] No compartas este código con nadie. Vence en { $minutes } minuto.
       *[other] No compartas este código con nadie. Vence en { $minutes } minutos.
    }

ignore = Si no solicitaste este código, puedes ignorar este correo sin problema.
