### Portuguese (Portugal). Register: formal, third person without “você”, as Google and Microsoft do; friendly, not stiff.
### Typography: email without hyphen, U+00A0 between a number and its unit. The brand follows a noun, as “de” and “em” would want its article.

language = Idioma
title = Crie a sua conta
lead = Introduza o seu endereço de email e enviamos-lhe um código de seis dígitos.
email = Endereço de email
send = Enviar código
resend = Enviar outro código
wait = Reenviar dentro de { $time }
ready = Já pode pedir outro código.
sent = Enviámos um código para { $email }.
code = Código recebido por email
check = Confirmar
incomplete = Introduza os seis dígitos do código.
done = O seu endereço está confirmado
confirmed = O endereço { $email } é seu. Já pode continuar o registo.
again = Recomeçar
reference = Referência da API

error-unreachable = Não é possível contactar o serviço. Verifique a sua ligação e tente novamente.
error-address = Este endereço de email não parece correto. Verifique-o e tente novamente.
error-later = Já há um código a caminho. Veja também na pasta de spam ou peça outro quando a contagem decrescente terminar.
error-limit = Foram pedidos demasiados códigos. Tente novamente mais tarde.
error-unavailable = Ocorreu um problema do nosso lado. Tente novamente dentro de momentos.
error-no-code = Este código já não é válido. Peça outro.
error-tries = Demasiados códigos incorretos. Peça outro quando a contagem decrescente terminar.
error-code = Este não é o código certo. Verifique o email e tente novamente.

inbox = Caixa de entrada
inbox-open = Abrir num novo separador
inbox-live = Em tempo real
inbox-lost = Ligação perdida, a tentar novamente
inbox-count =
    { $count ->
        [0] Nenhum email
        [one] { $count } email
       *[other] { $count } emails
    }
inbox-more = A mostrar os { $shown } mais recentes de { $total }.
inbox-search = Pesquisar
inbox-no-match = Nenhum email corresponde à pesquisa.
inbox-empty = Ainda não há emails
inbox-hint = Peça um código e o email aparece aqui automaticamente.
inbox-choose = Escolha um email para o ler.
inbox-gone = Este email já não está aqui.
inbox-new = Novo email para { $to }: { $subject }
inbox-no-subject = Sem assunto
inbox-all = Todos os emails
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
inbox-delete = Eliminar
inbox-deleted = Email eliminado
inbox-clear = Eliminar todos…
inbox-clear-title = Eliminar todos os emails?
inbox-clear-text = Não existe nenhuma outra cópia.
inbox-clear-no = Manter
inbox-clear-yes = Eliminar todos

way = Percurso
way-queued = Em fila de espera
way-attempt = Tentativa { $number }
way-delivered = Entregue
way-retry = Haverá uma nova tentativa
way-failed = Não foi possível entregar

relay = Servidor de relay
relay-accept = Aceita
relay-refuse = Rejeita
relay-greylist = Aplica greylisting
relay-stall = Não responde
