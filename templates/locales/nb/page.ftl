### Norwegian Bokmål (Norway). Register: du, the only natural one.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

language = Språk
title = Opprett en konto
lead = Skriv inn e‑postadressen din, så sender vi deg en sekssifret kode.
email = E‑postadresse
send = Send kode
resend = Send en ny kode
wait = Send på nytt om { $time }
ready = Nå kan du be om en ny kode.
sent = Vi har sendt en kode til { $email }.
code = Koden fra e‑posten
check = Bekreft
incomplete = Skriv inn alle de seks sifrene i koden.
done = Adressen din er bekreftet
confirmed = Adressen { $email } er din. Du kan fortsette registreringen.
again = Start på nytt
reference = API-referanse

error-unreachable = Vi får ikke kontakt med tjenesten. Sjekk nettforbindelsen og prøv igjen.
error-address = Det ser ikke ut som en e‑postadresse. Sjekk den og prøv igjen.
error-later = En kode er allerede på vei. Se også i søppelposten, eller be om en ny kode når ventetiden er over.
error-limit = Det er bedt om for mange koder. Prøv igjen senere.
error-unavailable = Noe gikk galt hos oss. Prøv igjen om litt.
error-no-code = Koden virker ikke lenger. Be om en ny.
error-tries = Koden ble tastet feil for mange ganger. Be om en ny når ventetiden er over.
error-code = Det er ikke riktig kode. Se i e‑posten og prøv igjen.

inbox = Innboks
inbox-open = Åpne i ny fane
inbox-live = Direkte
inbox-lost = Mistet forbindelsen, prøver igjen
inbox-count =
    { $count ->
        [0] Ingen e‑poster
        [one] { $count } e‑post
       *[other] { $count } e‑poster
    }
inbox-more = De nyeste { $shown } av { $total } vises.
inbox-search = Søk
inbox-no-match = Fant ingen e‑poster.
inbox-empty = Ingen e‑poster ennå
inbox-hint = Be om en kode, så dukker e‑posten opp her av seg selv.
inbox-choose = Velg en e‑post for å lese den.
inbox-gone = Denne e‑posten er ikke her lenger.
inbox-new = Ny e‑post til { $to }: { $subject }
inbox-no-subject = Uten emne
inbox-all = Alle e‑poster
inbox-from = Fra
inbox-to = Til
inbox-received = Mottatt
inbox-text = Tekst
inbox-html = HTML
inbox-source = Kildekode
inbox-copy = Kopier
inbox-copy-code = Kopier koden
inbox-copied = Kopiert
inbox-no-copy = Det går ikke å kopiere her
inbox-delete = Slett
inbox-deleted = E‑posten er slettet
inbox-clear = Slett alle …
inbox-clear-title = Vil du slette alle e‑postene?
inbox-clear-text = De er ikke lagret noe annet sted.
inbox-clear-no = Behold dem
inbox-clear-yes = Slett alle

way = Levering
way-queued = I kø
way-attempt = Forsøk { $number }
way-delivered = Levert
way-retry = Prøves på nytt
way-failed = Kunne ikke leveres

relay = Relay-server
relay-accept = Tar imot
relay-refuse = Avviser
relay-greylist = Grålister
relay-stall = Svarer ikke
