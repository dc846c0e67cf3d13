### Catalan. Register: informal (tu), as Google and Apple do; buttons in the imperative, the custom of Catalan software.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit. “per a” before the brand, as “de” would have to elide.

language = Idioma
title = Crea el teu compte
lead = Introdueix la teva adreça electrònica i t’enviarem un codi de sis xifres.
email = Adreça electrònica
send = Envia el codi
resend = Envia un altre codi
wait = Torna a enviar d’aquí a { $time }
ready = Ja pots demanar un altre codi.
sent = Hem enviat un codi a { $email }.
code = Codi rebut per correu
check = Confirma
incomplete = Introdueix les sis xifres del codi.
done = La teva adreça està confirmada
confirmed = L’adreça { $email } és teva. Ja pots continuar amb el registre.
again = Torna a començar
reference = Referència de l’API

error-unreachable = No es pot connectar amb el servei. Comprova la connexió i torna-ho a provar.
error-address = Aquesta adreça electrònica no sembla correcta. Revisa-la i torna-ho a provar.
error-later = Ja hi ha un codi en camí. Mira també a la carpeta de correu brossa o demana’n un altre quan acabi el compte enrere.
error-limit = S’han demanat massa codis. Torna-ho a provar més tard.
error-unavailable = Hi ha hagut un problema per part nostra. Torna-ho a provar d’aquí a un moment.
error-no-code = Aquest codi ja no és vàlid. Demana’n un altre.
error-tries = Massa codis incorrectes. Demana’n un altre quan acabi el compte enrere.
error-code = Aquest no és el codi correcte. Revisa el correu i torna-ho a provar.

inbox = Safata d’entrada
inbox-open = Obre en una pestanya nova
inbox-live = En temps real
inbox-lost = S’ha perdut la connexió, s’està tornant a provar
inbox-count =
    { $count ->
        [0] Cap correu
        [one] { $count } correu
       *[other] { $count } correus
    }
inbox-more = Es mostren els { $shown } més recents de { $total }.
inbox-search = Cerca
inbox-no-match = Cap correu no coincideix amb la cerca.
inbox-empty = Encara no hi ha cap correu
inbox-hint = Demana un codi i el correu apareixerà aquí automàticament.
inbox-choose = Tria un correu per llegir-lo.
inbox-gone = Aquest correu ja no hi és.
inbox-new = Correu nou per a { $to }: { $subject }
inbox-no-subject = Sense assumpte
inbox-all = Tots els correus
inbox-from = De
inbox-to = Per a
inbox-received = Rebut
inbox-text = Text
inbox-html = HTML
inbox-source = Codi font
inbox-copy = Copia
inbox-copy-code = Copia el codi
inbox-copied = S’ha copiat
inbox-no-copy = Aquí no es pot copiar
inbox-delete = Suprimeix
inbox-deleted = S’ha suprimit el correu
inbox-clear = Suprimeix-los tots…
inbox-clear-title = Vols suprimir tots els correus?
inbox-clear-text = No n’hi ha cap altra còpia.
inbox-clear-no = Conserva’ls
inbox-clear-yes = Suprimeix-los tots

way = Recorregut
way-queued = A la cua
way-attempt = Intent { $number }
way-delivered = Lliurat
way-retry = Es tornarà a provar
way-failed = No s’ha pogut lliurar

relay = Servidor relay
relay-accept = Accepta
relay-refuse = Rebutja
relay-greylist = Aplica llistes grises
relay-stall = No respon
