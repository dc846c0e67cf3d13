### Dutch (Netherlands, Belgium). Register: informal (je), as nearly every app and web service.
### Typography: e‑mail with U+2011; U+00A0 between a number and its unit.

language = Taal
title = Account aanmaken
lead = Vul je e‑mailadres in, dan sturen we je een code van zes cijfers.
email = E‑mailadres
send = Code versturen
resend = Nieuwe code versturen
wait = Opnieuw versturen over { $time }
ready = Je kunt nu een nieuwe code aanvragen.
sent = We hebben een code gestuurd naar { $email }.
code = Code uit de e‑mail
check = Bevestigen
incomplete = Vul alle zes cijfers van de code in.
done = Je adres is bevestigd
confirmed = { $email } is van jou. Je kunt verder met je registratie.
again = Opnieuw beginnen
reference = API-referentie

error-unreachable = De dienst is niet bereikbaar. Controleer je verbinding en probeer het opnieuw.
error-address = Dat lijkt geen e‑mailadres te zijn. Controleer het adres en probeer het opnieuw.
error-later = Er is al een code onderweg. Kijk ook in je spammap of vraag een nieuwe code aan als de wachttijd voorbij is.
error-limit = Er zijn te veel codes aangevraagd. Probeer het later opnieuw.
error-unavailable = Er ging bij ons iets mis. Probeer het zo meteen opnieuw.
error-no-code = Deze code werkt niet meer. Vraag een nieuwe aan.
error-tries = Te veel verkeerde codes. Vraag een nieuwe aan als de wachttijd voorbij is.
error-code = Dat is niet de juiste code. Kijk nog eens in de e‑mail en probeer het opnieuw.

inbox = Inbox
inbox-open = Openen in nieuw tabblad
inbox-live = Live
inbox-lost = Verbinding verbroken, opnieuw verbinden…
inbox-count =
    { $count ->
        [0] Geen e‑mails
        [one] { $count } e‑mail
       *[other] { $count } e‑mails
    }
inbox-more = Dit zijn de nieuwste { $shown } van { $total }.
inbox-search = Zoeken
inbox-no-match = Geen e‑mails gevonden.
inbox-empty = Nog geen e‑mails
inbox-hint = Vraag een code aan en de e‑mail verschijnt hier vanzelf.
inbox-choose = Kies een e‑mail om te lezen.
inbox-gone = Deze e‑mail is er niet meer.
inbox-new = Nieuwe e‑mail aan { $to }: { $subject }
inbox-no-subject = Geen onderwerp
inbox-all = Alle e‑mails
inbox-from = Van
inbox-to = Aan
inbox-received = Ontvangen
inbox-text = Tekst
inbox-html = HTML
inbox-source = Bron
inbox-copy = Kopiëren
inbox-copy-code = Code kopiëren
inbox-copied = Gekopieerd
inbox-no-copy = Kopiëren is hier niet mogelijk
inbox-delete = Verwijderen
inbox-deleted = E‑mail verwijderd
inbox-clear = Alles verwijderen…
inbox-clear-title = Alle e‑mails verwijderen?
inbox-clear-text = Ze worden nergens anders bewaard.
inbox-clear-no = Behouden
inbox-clear-yes = Alles verwijderen

way = Bezorging
way-queued = In de wachtrij
way-attempt = Poging { $number }
way-delivered = Bezorgd
way-retry = Wordt opnieuw geprobeerd
way-failed = Niet bezorgd

relay = Relayserver
relay-accept = Accepteert
relay-refuse = Weigert
relay-greylist = Greylisting
relay-stall = Reageert niet
