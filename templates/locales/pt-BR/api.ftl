### Portuguese (Brazil). Register: você, friendly and direct, as every consumer product there; verbs in the imperative.
### Typography: e‑mail with U+2011, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

invalid-parameter = Os dados informados não são válidos

send-later =
    { $minutes ->
        [one] Já enviamos um e‑mail para você; se ele não chegou, peça outro código daqui a { $minutes } minuto
       *[other] Já enviamos um e‑mail para você; se ele não chegou, peça outro código daqui a { $minutes } minutos
    }

send-limit = Muitos códigos foram solicitados; tente de novo mais tarde

unavailable = O serviço está temporariamente indisponível; tente de novo mais tarde

verify-first = Peça um código de verificação

too-many-tries =
    { $minutes ->
        [one] Muitas tentativas; peça outro código daqui a { $minutes } minuto
       *[other] Muitas tentativas; peça outro código daqui a { $minutes } minutos
    }

wrong-code = Código incorreto; confira e tente de novo
