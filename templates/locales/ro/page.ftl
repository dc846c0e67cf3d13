### Romanian (Romania, Moldova). Register: informal (tu), as Google and WhatsApp do; no adjectives that show the reader’s gender.
### Typography: ș and ț with comma below, e‑mail with U+2011, U+00A0 between a number and its unit.

language = Limbă
title = Creează-ți contul
lead = Introdu-ți adresa de e‑mail și îți vom trimite un cod din șase cifre.
email = Adresă de e‑mail
send = Trimite codul
resend = Trimite alt cod
wait = Retrimite peste { $time }
ready = Acum poți cere alt cod.
sent = Am trimis un cod la { $email }.
code = Codul primit pe e‑mail
check = Confirmă
incomplete = Introdu toate cele șase cifre ale codului.
done = Adresa ta este confirmată
confirmed = Adresa { $email } îți aparține. Poți continua înregistrarea.
again = Începe din nou
reference = Referință API

error-unreachable = Nu ne putem conecta la serviciu. Verifică-ți conexiunea și încearcă din nou.
error-address = Adresa de e‑mail nu pare corectă. Verific-o și încearcă din nou.
error-later = Un cod este deja pe drum. Uită-te și în dosarul Spam sau cere alt cod când se termină numărătoarea inversă.
error-limit = S-au cerut prea multe coduri. Încearcă din nou mai târziu.
error-unavailable = A apărut o problemă la noi. Încearcă din nou peste câteva momente.
error-no-code = Acest cod nu mai este valabil. Cere altul.
error-tries = Prea multe coduri greșite. Cere altul când se termină numărătoarea inversă.
error-code = Acesta nu este codul corect. Verifică e‑mailul și încearcă din nou.

inbox = Mesaje primite
inbox-open = Deschide într-o filă nouă
inbox-live = În timp real
inbox-lost = Conexiune pierdută, se reîncearcă
inbox-count =
    { $count ->
        [0] Niciun mesaj
        [one] { $count } mesaj
        [few] { $count } mesaje
       *[other] { $count } de mesaje
    }
inbox-more = Se afișează cele mai recente { $shown } din { $total }.
inbox-search = Caută
inbox-no-match = Niciun mesaj nu corespunde căutării.
inbox-empty = Niciun mesaj deocamdată
inbox-hint = Cere un cod, iar mesajul apare aici automat.
inbox-choose = Alege un mesaj ca să îl citești.
inbox-gone = Acest mesaj nu mai este aici.
inbox-new = Mesaj nou pentru { $to }: { $subject }
inbox-no-subject = Fără subiect
inbox-all = Toate mesajele
inbox-from = De la
inbox-to = Către
inbox-received = Primit
inbox-text = Text
inbox-html = HTML
inbox-source = Sursă
inbox-copy = Copiază
inbox-copy-code = Copiază codul
inbox-copied = Copiat
inbox-no-copy = Aici nu se poate copia
inbox-delete = Șterge
inbox-deleted = Mesajul a fost șters
inbox-clear = Șterge-le pe toate…
inbox-clear-title = Ștergi toate mesajele?
inbox-clear-text = Nu există nicio altă copie.
inbox-clear-no = Păstrează-le
inbox-clear-yes = Șterge-le pe toate

way = Traseu
way-queued = În coadă
way-attempt = Încercarea { $number }
way-delivered = Livrat
way-retry = Se va încerca din nou
way-failed = Nu s-a putut livra

relay = Server releu
relay-accept = Acceptă
relay-refuse = Respinge
relay-greylist = Aplică greylisting
relay-stall = Nu răspunde
