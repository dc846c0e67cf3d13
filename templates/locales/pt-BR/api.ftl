invalid-parameter = Parâmetro inválido
send-later =
    { $minutes ->
        [one] O e-mail já foi enviado. Se você não o recebeu, solicite novamente em { $minutes } minuto
       *[other] O e-mail já foi enviado. Se você não o recebeu, solicite novamente em { $minutes } minutos
    }
send-limit = Muitos códigos solicitados. Tente novamente mais tarde
unavailable = Serviço temporariamente indisponível. Tente novamente mais tarde

verify-first = Solicite primeiro um código de verificação

too-many-tries = Muitas tentativas. Solicite um novo código em { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
}

wrong-code = Confira o código de verificação
