### Portuguese (Portugal). Register: formal, third person without “você”, as Google and Microsoft do; friendly, not stiff.
### Typography: email without hyphen, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

invalid-parameter = Os dados introduzidos não são válidos

send-later =
    { $minutes ->
        [one] Já lhe enviámos um email; se não o recebeu, peça outro código daqui a { $minutes } minuto
       *[other] Já lhe enviámos um email; se não o recebeu, peça outro código daqui a { $minutes } minutos
    }

send-limit = Foram pedidos demasiados códigos; tente novamente mais tarde

unavailable = O serviço está temporariamente indisponível; tente novamente mais tarde

verify-first = Peça um código de verificação

too-many-tries =
    { $minutes ->
        [one] Demasiadas tentativas; peça outro código daqui a { $minutes } minuto
       *[other] Demasiadas tentativas; peça outro código daqui a { $minutes } minutos
    }

wrong-code = O código está incorreto; verifique-o e tente novamente
