subject = { $code } es su código de verificación de { $brand }
heading = Confirme su correo electrónico
intro = Escriba este código para completar su registro en { $brand }:
validity =
    { $minutes ->
        [0] El código caduca en menos de un minuto.
        [one] El código caduca en { $minutes } minuto.
       *[other] El código caduca en { $minutes } minutos.
    }
secret = No comparta este código con nadie.
ignore = Si usted no solicitó este código, puede ignorar este mensaje.
automatic = Mensaje automático enviado por { $brand }.
