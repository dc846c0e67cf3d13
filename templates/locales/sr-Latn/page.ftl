### Serbian, Latin (Serbia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### The text of sr, transliterated letter by letter: change both together. U+00A0 before units.

language = Jezik
title = Napravi nalog
lead = Unesite svoju imejl adresu i poslaćemo vam šestocifreni kod.
email = Imejl adresa
send = Pošalji kod
resend = Pošalji novi kod
wait = Pošalji ponovo za { $time }
ready = Sada možete da zatražite novi kod.
sent = Poslali smo kod na adresu { $email }.
code = Kod iz imejla
check = Potvrdi
incomplete = Unesite svih šest cifara koda.
done = Vaša adresa je potvrđena
confirmed = Adresa { $email } je vaša. Možete da nastavite registraciju.
again = Počni ispočetka
reference = Dokumentacija za API

error-unreachable = Povezivanje sa uslugom nije uspelo. Proverite vezu i pokušajte ponovo.
error-address = Ovo ne izgleda kao imejl adresa. Proverite je i pokušajte ponovo.
error-later = Kod je već na putu. Proverite i folder sa nepoželjnom poštom ili zatražite novi kod kad istekne odbrojavanje.
error-limit = Zatraženo je previše kodova. Pokušajte ponovo kasnije.
error-unavailable = Došlo je do greške na našoj strani. Pokušajte ponovo za koji trenutak.
error-no-code = Ovaj kod više ne važi. Zatražite novi.
error-tries = Previše pogrešnih kodova. Zatražite novi kad istekne odbrojavanje.
error-code = Kod nije ispravan. Proverite imejl i pokušajte ponovo.

inbox = Prijemno sanduče
inbox-open = Otvori na novoj kartici
inbox-live = Uživo
inbox-lost = Veza je prekinuta, pokušavamo ponovo
inbox-count =
    { $count ->
        [0] Nema poruka
        [one] { $count } poruka
        [few] { $count } poruke
       *[other] { $count } poruka
    }
inbox-more = Najnovije poruke: prikazano { $shown } od { $total }.
inbox-search = Pretraga
inbox-no-match = Nema odgovarajućih poruka.
inbox-empty = Još nema poruka
inbox-hint = Zatražite kod i poruka će se sama pojaviti ovde.
inbox-choose = Izaberite poruku koju želite da pročitate.
inbox-gone = Ove poruke više nema.
inbox-new = Nova poruka za { $to }: { $subject }
inbox-no-subject = Bez naslova
inbox-all = Sve poruke
inbox-from = Od
inbox-to = Za
inbox-received = Primljeno
inbox-text = Tekst
inbox-html = HTML
inbox-source = Izvor
inbox-copy = Kopiraj
inbox-copy-code = Kopiraj kod
inbox-copied = Kopirano
inbox-no-copy = Kopiranje ovde nije moguće
inbox-delete = Izbriši
inbox-deleted = Poruka je izbrisana
inbox-clear = Izbriši sve…
inbox-clear-title = Želite li da izbrišete sve poruke?
inbox-clear-text = Nisu sačuvane nigde drugde.
inbox-clear-no = Zadrži
inbox-clear-yes = Izbriši sve

way = Put poruke
way-queued = U redu čekanja
way-attempt = { $number }. pokušaj
way-delivered = Isporučeno
way-retry = Sledi novi pokušaj
way-failed = Nije isporučeno

relay = Relejni server
relay-accept = Prihvata
relay-refuse = Odbija
relay-greylist = Koristi sivu listu
relay-stall = Ne odgovara
