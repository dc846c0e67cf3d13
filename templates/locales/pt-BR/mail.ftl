subject = { $code } é seu código de verificação de { $brand }
heading = Confirme seu e-mail
intro = Digite este código para concluir seu cadastro em { $brand }:
validity =
    { $minutes ->
        [0] O código expira em menos de um minuto.
        [one] O código expira em { $minutes } minuto.
       *[other] O código expira em { $minutes } minutos.
    }
secret = Não compartilhe este código com ninguém.
ignore = Se você não solicitou este código, pode ignorar este e-mail.
automatic = Mensagem automática enviada por { $brand }.
