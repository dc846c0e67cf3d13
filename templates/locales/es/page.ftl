### Spanish (Spain). Register: informal (tú), the usual one of consumer products there; perfect tense for what has just happened.
### Typography: ¿ ? and ¡ ! in pairs, U+00A0 between a number and its unit.

language = Idioma
title = Crea tu cuenta
lead = Introduce tu correo electrónico y te enviaremos un código de seis cifras.
email = Correo electrónico
send = Enviar código
resend = Enviar otro código
wait = Reenviar en { $time }
ready = Ya puedes pedir otro código.
sent = Hemos enviado un código a { $email }.
code = Código recibido por correo
check = Confirmar
incomplete = Introduce las seis cifras del código.
done = Tu dirección está confirmada
confirmed = La dirección { $email } es tuya. Ya puedes continuar con el registro.
again = Empezar de nuevo
reference = Referencia de la API

error-unreachable = No se puede conectar con el servicio. Comprueba tu conexión e inténtalo de nuevo.
error-address = Esa dirección de correo no parece correcta. Compruébala e inténtalo de nuevo.
error-later = Ya hay un código en camino. Mira también en la carpeta de spam o pide otro cuando termine la cuenta atrás.
error-limit = Se han pedido demasiados códigos. Inténtalo de nuevo más tarde.
error-unavailable = Ha habido un problema por nuestra parte. Inténtalo de nuevo en unos instantes.
error-no-code = Este código ya no es válido. Pide otro.
error-tries = Demasiados códigos incorrectos. Pide otro cuando termine la cuenta atrás.
error-code = Ese no es el código correcto. Revisa el correo e inténtalo de nuevo.

inbox = Bandeja de entrada
inbox-open = Abrir en una pestaña nueva
inbox-live = En tiempo real
inbox-lost = Se ha perdido la conexión, reintentando
inbox-count =
    { $count ->
        [0] Ningún correo
        [one] { $count } correo
       *[other] { $count } correos
    }
inbox-more = Se muestran los { $shown } más recientes de { $total }.
inbox-search = Buscar
inbox-no-match = Ningún correo coincide con la búsqueda.
inbox-empty = Aún no hay correos
inbox-hint = Pide un código y el correo aparecerá aquí automáticamente.
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
inbox-deleted = Correo eliminado
inbox-clear = Eliminar todos…
inbox-clear-title = ¿Eliminar todos los correos?
inbox-clear-text = No hay ninguna otra copia.
inbox-clear-no = Conservar
inbox-clear-yes = Eliminar todos

way = Recorrido
way-queued = En cola
way-attempt = Intento { $number }
way-delivered = Entregado
way-retry = Se volverá a intentar
way-failed = No se ha podido entregar

relay = Servidor relay
relay-accept = Acepta
relay-refuse = Rechaza
relay-greylist = Usa listas grises
relay-stall = No responde
