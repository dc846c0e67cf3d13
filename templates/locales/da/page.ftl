### Danish (Denmark). Register: du, the only natural one; “mail” and “mailadresse”, as people say; commas before subordinate clauses.
### Typography: U+00A0 between a number and its unit, and before … where whole words are left out.

language = Sprog
title = Opret en konto
lead = Indtast din mailadresse, så sender vi dig en sekscifret kode.
email = Mailadresse
send = Send kode
resend = Send en ny kode
wait = Send igen om { $time }
ready = Nu kan du bede om en ny kode.
sent = Vi har sendt en kode til { $email }.
code = Koden fra mailen
check = Bekræft
incomplete = Indtast alle seks cifre i koden.
done = Din adresse er bekræftet
confirmed = Adressen { $email } er din. Du kan fortsætte registreringen.
again = Start forfra
reference = API-reference

error-unreachable = Der er ikke forbindelse til tjenesten. Tjek din internetforbindelse, og prøv igen.
error-address = Det ligner ikke en mailadresse. Tjek den, og prøv igen.
error-later = Der er allerede en kode på vej. Se også i din spammappe, eller bed om en ny kode, når ventetiden er slut.
error-limit = Der er bedt om for mange koder. Prøv igen senere.
error-unavailable = Noget gik galt hos os. Prøv igen om lidt.
error-no-code = Koden virker ikke længere. Bed om en ny.
error-tries = For mange forkerte koder. Bed om en ny, når ventetiden er slut.
error-code = Det er ikke den rigtige kode. Se efter i mailen, og prøv igen.

inbox = Indbakke
inbox-open = Åbn i en ny fane
inbox-live = Live
inbox-lost = Forbindelsen blev afbrudt, prøver igen
inbox-count =
    { $count ->
        [0] Ingen mails
        [one] { $count } mail
       *[other] { $count } mails
    }
inbox-more = De nyeste { $shown } af { $total } vises.
inbox-search = Søg
inbox-no-match = Ingen mails fundet.
inbox-empty = Ingen mails endnu
inbox-hint = Bed om en kode, så dukker mailen op her af sig selv.
inbox-choose = Vælg en mail for at læse den.
inbox-gone = Mailen er her ikke længere.
inbox-new = Ny mail til { $to }: { $subject }
inbox-no-subject = Intet emne
inbox-all = Alle mails
inbox-from = Fra
inbox-to = Til
inbox-received = Modtaget
inbox-text = Tekst
inbox-html = HTML
inbox-source = Kildekode
inbox-copy = Kopiér
inbox-copy-code = Kopiér koden
inbox-copied = Kopieret
inbox-no-copy = Det er ikke muligt at kopiere her
inbox-delete = Slet
inbox-deleted = Mailen er slettet
inbox-clear = Slet alle …
inbox-clear-title = Vil du slette alle mails?
inbox-clear-text = De er ikke gemt andre steder.
inbox-clear-no = Behold dem
inbox-clear-yes = Slet alle

way = Levering
way-queued = I kø
way-attempt = Forsøg { $number }
way-delivered = Leveret
way-retry = Prøves igen
way-failed = Kunne ikke leveres

relay = Relayserver
relay-accept = Tager imod
relay-refuse = Afviser
relay-greylist = Greylister
relay-stall = Svarer ikke
