### Italian (Italy). Register: informal (tu), the usual one of consumer products; email is feminine, without hyphen.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

language = Lingua
title = Crea il tuo account
lead = Inserisci il tuo indirizzo email: ti invieremo un codice di sei cifre.
email = Indirizzo email
send = Invia codice
resend = Invia un nuovo codice
wait = Invia di nuovo tra { $time }
ready = Ora puoi richiedere un nuovo codice.
sent = Abbiamo inviato un codice a { $email }.
code = Codice ricevuto via email
check = Conferma
incomplete = Inserisci tutte e sei le cifre del codice.
done = Indirizzo confermato
confirmed = L’indirizzo { $email } è tuo. Puoi continuare con la registrazione.
again = Ricomincia
reference = Documentazione API

error-unreachable = Impossibile raggiungere il servizio. Controlla la connessione e riprova.
error-address = Questo indirizzo email non sembra corretto. Controllalo e riprova.
error-later = Un codice è già in arrivo. Controlla anche la cartella Spam o richiedi un nuovo codice al termine del conto alla rovescia.
error-limit = Sono stati richiesti troppi codici. Riprova più tardi.
error-unavailable = Si è verificato un problema da parte nostra. Riprova tra poco.
error-no-code = Questo codice non è più valido. Richiedine uno nuovo.
error-tries = Troppi codici errati. Richiedi un nuovo codice al termine del conto alla rovescia.
error-code = Il codice non è corretto. Controlla l’email e riprova.

inbox = Posta in arrivo
inbox-open = Apri in una nuova scheda
inbox-live = In tempo reale
inbox-lost = Connessione persa, nuovo tentativo in corso
inbox-count =
    { $count ->
        [0] Nessuna email
        [one] { $count } email
       *[other] { $count } email
    }
inbox-more = Sono mostrate le { $shown } più recenti su { $total }.
inbox-search = Cerca
inbox-no-match = Nessuna email corrisponde alla ricerca.
inbox-empty = Ancora nessuna email
inbox-hint = Richiedi un codice: l’email comparirà qui automaticamente.
inbox-choose = Scegli un’email da leggere.
inbox-gone = Questa email non c’è più.
inbox-new = Nuova email per { $to }: { $subject }
inbox-no-subject = Nessun oggetto
inbox-all = Tutte le email
inbox-from = Da
inbox-to = A
inbox-received = Ricevuta
inbox-text = Testo
inbox-html = HTML
inbox-source = Sorgente
inbox-copy = Copia
inbox-copy-code = Copia codice
inbox-copied = Copiato
inbox-no-copy = Qui non è possibile copiare
inbox-delete = Elimina
inbox-deleted = Email eliminata
inbox-clear = Elimina tutte…
inbox-clear-title = Eliminare tutte le email?
inbox-clear-text = Non ne esistono altre copie.
inbox-clear-no = Conserva
inbox-clear-yes = Elimina tutte

way = Percorso
way-queued = In coda
way-attempt = Tentativo { $number }
way-delivered = Consegnata
way-retry = Seguirà un nuovo tentativo
way-failed = Consegna non riuscita

relay = Relay
relay-accept = Accetta
relay-refuse = Rifiuta
relay-greylist = Applica il greylisting
relay-stall = Non risponde
