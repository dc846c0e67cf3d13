### Portuguese (Brazil). Register: você, friendly and direct, as every consumer product there; verbs in the imperative.
### Typography: e‑mail with U+2011, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

language = Idioma
title = Crie sua conta
lead = Digite seu e‑mail e enviaremos um código de seis dígitos.
email = E‑mail
send = Enviar código
resend = Enviar outro código
wait = Reenviar em { $time }
ready = Você já pode pedir outro código.
sent = Enviamos um código para { $email }.
code = Código recebido por e‑mail
check = Confirmar
incomplete = Digite os seis dígitos do código.
done = Seu e‑mail foi confirmado
confirmed = O endereço { $email } é seu. Você já pode continuar o cadastro.
again = Começar de novo
reference = Referência da API

error-unreachable = Não foi possível acessar o serviço. Verifique sua conexão e tente de novo.
error-address = Esse e‑mail não parece certo. Confira e tente de novo.
error-later = Um código já está a caminho. Verifique também a pasta de spam ou peça outro quando a contagem regressiva terminar.
error-limit = Muitos códigos foram solicitados. Tente de novo mais tarde.
error-unavailable = Algo deu errado do nosso lado. Tente de novo daqui a pouco.
error-no-code = Este código não vale mais. Peça outro.
error-tries = Muitos códigos incorretos. Peça outro quando a contagem regressiva terminar.
error-code = Esse não é o código certo. Confira o e‑mail e tente de novo.

inbox = Caixa de entrada
inbox-open = Abrir em uma nova guia
inbox-live = Em tempo real
inbox-lost = Conexão perdida, tentando de novo
inbox-count =
    { $count ->
        [0] Nenhum e‑mail
        [one] { $count } e‑mail
       *[other] { $count } e‑mails
    }
inbox-more = Mostrando os { $shown } mais recentes de { $total }.
inbox-search = Pesquisar
inbox-no-match = Nenhum e‑mail encontrado.
inbox-empty = Nenhum e‑mail ainda
inbox-hint = Peça um código e o e‑mail aparecerá aqui automaticamente.
inbox-choose = Escolha um e‑mail para ler.
inbox-gone = Este e‑mail não está mais aqui.
inbox-new = Novo e‑mail para { $to }: { $subject }
inbox-no-subject = Sem assunto
inbox-all = Todos os e‑mails
inbox-from = De
inbox-to = Para
inbox-received = Recebido
inbox-text = Texto
inbox-html = HTML
inbox-source = Código-fonte
inbox-copy = Copiar
inbox-copy-code = Copiar código
inbox-copied = Copiado
inbox-no-copy = Não é possível copiar aqui
inbox-delete = Excluir
inbox-deleted = E‑mail excluído
inbox-clear = Excluir todos…
inbox-clear-title = Excluir todos os e‑mails?
inbox-clear-text = Não existe nenhuma outra cópia deles.
inbox-clear-no = Manter
inbox-clear-yes = Excluir todos

way = Trajeto
way-queued = Na fila
way-attempt = Tentativa { $number }
way-delivered = Entregue
way-retry = Haverá nova tentativa
way-failed = Não foi possível entregar

relay = Servidor de relay
relay-accept = Aceita
relay-refuse = Recusa
relay-greylist = Usa greylisting
relay-stall = Não responde
