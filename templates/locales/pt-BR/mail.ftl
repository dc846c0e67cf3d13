### Portuguese (Brazil). Register: você, friendly and direct, as every consumer product there; verbs in the imperative.
### Typography: e‑mail with U+2011, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

subject = { $code } é seu código de verificação { $brand }

heading = Confirme seu e‑mail

intro = Digite este código para criar sua conta { $brand }:

validity =
    { $minutes ->
        [0] Não compartilhe este código com ninguém. Ele expira em menos de um minuto.
        [one] Não compartilhe este código com ninguém. Ele expira em { $minutes } minuto.
       *[other] Não compartilhe este código com ninguém. Ele expira em { $minutes } minutos.
    }

ignore = Se você não pediu este código, pode ignorar este e‑mail sem problemas.
