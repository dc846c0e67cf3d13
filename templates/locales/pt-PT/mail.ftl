### Portuguese (Portugal). Register: formal, third person without “você”, as Google and Microsoft do; friendly, not stiff.
### Typography: email without hyphen, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

subject = { $code } é o seu código de verificação { $brand }

heading = Confirme o seu endereço de email

intro = Introduza este código para criar a sua conta { $brand }:

validity =
    { $minutes ->
        [0] Não partilhe este código com ninguém. Expira em menos de um minuto.
        [one] Não partilhe este código com ninguém. Expira dentro de { $minutes } minuto.
       *[other] Não partilhe este código com ninguém. Expira dentro de { $minutes } minutos.
    }

ignore = Se não pediu este código, pode ignorar este email sem qualquer problema.
