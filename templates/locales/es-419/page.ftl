### Spanish (Latin America). Register: informal (tú), understood as neutral in every country; no vos, no vosotros, simple past.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

language = Idioma
title = Crea tu cuenta
lead = Ingresa tu correo electrónico y te enviaremos un código de seis dígitos.
email = Correo electrónico
send = Enviar código
resend = Enviar otro código
wait = Reenviar en { $time }
ready = Ya puedes solicitar otro código.
sent = Enviamos un código a { $email }.
code = Código que recibiste por correo
check = Confirmar
incomplete = Ingresa los seis dígitos del código.
done = Tu correo está confirmado
confirmed = Confirmaste que { $email } es tu correo. Ya puedes continuar con tu registro.
again = Comenzar de nuevo
reference = Referencia de la API

error-unreachable = No se puede conectar con el servicio. Revisa tu conexión y vuelve a intentarlo.
error-address = Esa dirección de correo no parece correcta. Revísala y vuelve a intentarlo.
error-later = Ya hay un código en camino. Revisa también la carpeta de spam o solicita otro cuando termine la cuenta regresiva.
error-limit = Se solicitaron demasiados códigos. Vuelve a intentarlo más tarde.
error-unavailable = Tuvimos un problema. Vuelve a intentarlo en unos momentos.
error-no-code = Este código ya no es válido. Solicita otro.
error-tries = Demasiados códigos incorrectos. Solicita otro cuando termine la cuenta regresiva.
error-code = El código no es correcto. Revisa el correo y vuelve a intentarlo.

inbox = Bandeja de entrada
inbox-open = Abrir en una pestaña nueva
inbox-live = En tiempo real
inbox-lost = Se perdió la conexión, reintentando
inbox-count =
    { $count ->
        [0] Ningún correo
        [one] { $count } correo
       *[other] { $count } correos
    }
inbox-more = Se muestran los { $shown } más recientes de { $total }.
inbox-search = Buscar
inbox-no-match = Ningún correo coincide con la búsqueda.
inbox-empty = Todavía no hay correos
inbox-hint = Solicita un código y el correo aparecerá aquí automáticamente.
inbox-choose = Elige un correo para leerlo.
inbox-gone = Este correo ya no está aquí.
inbox-new = Correo nuevo para { $to }: { $subject }
inbox-no-subject = Sin asunto
inbox-all = Todos los correos
inbox-from = De
inbox-to = Para
inbox-received = Recibido
inbox-text = Texto
inbox-html = HTML
inbox-source = Código fuente
inbox-copy = Copiar
inbox-copy-code = Copiar código
inbox-copied = Copiado
inbox-no-copy = Aquí no se puede copiar
inbox-delete = Eliminar
inbox-deleted = Se eliminó el correo
inbox-clear = Eliminar todos…
inbox-clear-title = ¿Eliminar todos los correos?
inbox-clear-text = No existe ninguna otra copia.
inbox-clear-no = Conservar
inbox-clear-yes = Eliminar todos

way = Recorrido
way-queued = En cola
way-attempt = Intento { $number }
way-delivered = Entregado
way-retry = Se volverá a intentar
way-failed = No se pudo entregar

relay = Servidor relay
relay-accept = Acepta
relay-refuse = Rechaza
relay-greylist = Usa listas grises
relay-stall = No responde
