### Swedish (Sweden, Finland). Register: du, the only natural one; “mejl” for the message, “e‑postadress” for the address.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

language = Språk
title = Skapa ett konto
lead = Ange din e‑postadress så skickar vi en sexsiffrig kod.
email = E‑postadress
send = Skicka kod
resend = Skicka en ny kod
wait = Skicka igen om { $time }
ready = Nu kan du be om en ny kod.
sent = Vi har skickat en kod till { $email }.
code = Koden från mejlet
check = Bekräfta
incomplete = Ange alla sex siffror i koden.
done = Din adress är bekräftad
confirmed = Adressen { $email } är din. Du kan fortsätta registreringen.
again = Börja om
reference = API-referens

error-unreachable = Det går inte att nå tjänsten. Kontrollera anslutningen och försök igen.
error-address = Det ser inte ut som en e‑postadress. Kontrollera den och försök igen.
error-later = En kod är redan på väg. Titta även i skräpposten, eller be om en ny kod när väntetiden är över.
error-limit = För många koder har begärts. Försök igen senare.
error-unavailable = Något gick fel hos oss. Försök igen om en stund.
error-no-code = Koden fungerar inte längre. Be om en ny.
error-tries = För många felaktiga koder. Be om en ny när väntetiden är över.
error-code = Det är inte rätt kod. Titta i mejlet och försök igen.

inbox = Inkorg
inbox-open = Öppna i en ny flik
inbox-live = Live
inbox-lost = Anslutningen bröts, försöker igen
inbox-count =
    { $count ->
        [0] Inga mejl
        [one] { $count } mejl
       *[other] { $count } mejl
    }
inbox-more = De senaste { $shown } av { $total } visas.
inbox-search = Sök
inbox-no-match = Inga mejl hittades.
inbox-empty = Inga mejl än
inbox-hint = Be om en kod så dyker mejlet upp här av sig självt.
inbox-choose = Välj ett mejl för att läsa det.
inbox-gone = Mejlet finns inte kvar.
inbox-new = Nytt mejl till { $to }: { $subject }
inbox-no-subject = Inget ämne
inbox-all = Alla mejl
inbox-from = Från
inbox-to = Till
inbox-received = Mottaget
inbox-text = Text
inbox-html = HTML
inbox-source = Källkod
inbox-copy = Kopiera
inbox-copy-code = Kopiera koden
inbox-copied = Kopierat
inbox-no-copy = Det går inte att kopiera här
inbox-delete = Radera
inbox-deleted = Mejlet har raderats
inbox-clear = Radera alla …
inbox-clear-title = Radera alla mejl?
inbox-clear-text = De finns inte sparade någon annanstans.
inbox-clear-no = Behåll
inbox-clear-yes = Radera alla

way = Leverans
way-queued = I kö
way-attempt = Försök { $number }
way-delivered = Levererat
way-retry = Nytt försök görs
way-failed = Kunde inte levereras

relay = Reläserver
relay-accept = Tar emot
relay-refuse = Avvisar
relay-greylist = Grålistar
relay-stall = Svarar inte
