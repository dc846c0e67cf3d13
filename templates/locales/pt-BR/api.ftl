invalid-parameter = Parâmetro inválido
send-later =
    { $minutes ->
        [one] O e-mail já foi enviado. Se você não o recebeu, solicite novamente em { $minutes } minuto
       *[other] O e-mail já foi enviado. Se você não o recebeu, solicite novamente em { $minutes } minutos
    }
send-limit = Muitos códigos solicitados. Tente novamente mais tarde
unavailable = Serviço temporariamente indisponível. Tente novamente mais tarde
