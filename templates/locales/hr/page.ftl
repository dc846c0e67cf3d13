### Croatian (Croatia). Register: formal (vi), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. kôd, but koda, kodova; U+2011 in e-pošta; U+00A0 before units.

language = Jezik
title = Izradi račun
lead = Unesite svoju adresu e‑pošte i poslat ćemo vam šesteroznamenkasti kôd.
email = Adresa e‑pošte
send = Pošalji kôd
resend = Pošalji novi kôd
wait = Pošalji ponovno za { $time }
ready = Sada možete zatražiti novi kôd.
sent = Poslali smo kôd na adresu { $email }.
code = Kôd iz poruke
check = Potvrdi
incomplete = Unesite svih šest znamenki koda.
done = Vaša je adresa potvrđena
confirmed = Adresa { $email } je vaša. Možete nastaviti s registracijom.
again = Kreni ispočetka
reference = Dokumentacija za API

error-unreachable = Povezivanje s uslugom nije uspjelo. Provjerite vezu i pokušajte ponovno.
error-address = Ovo ne izgleda kao adresa e‑pošte. Provjerite je i pokušajte ponovno.
error-later = Kôd je već na putu. Provjerite i mapu s neželjenom poštom ili zatražite novi kôd kad istekne odbrojavanje.
error-limit = Zatraženo je previše kodova. Pokušajte ponovno kasnije.
error-unavailable = Došlo je do pogreške na našoj strani. Pokušajte ponovno za koji trenutak.
error-no-code = Ovaj kôd više ne vrijedi. Zatražite novi.
error-tries = Previše netočnih kodova. Zatražite novi kad istekne odbrojavanje.
error-code = Kôd nije točan. Provjerite poruku i pokušajte ponovno.

inbox = Pristigla pošta
inbox-open = Otvori u novoj kartici
inbox-live = Uživo
inbox-lost = Veza je prekinuta, pokušavamo ponovno
inbox-count =
    { $count ->
        [0] Nema poruka
        [one] { $count } poruka
        [few] { $count } poruke
       *[other] { $count } poruka
    }
inbox-more = Najnovije poruke: prikazano { $shown } od { $total }.
inbox-search = Pretraživanje
inbox-no-match = Nema odgovarajućih poruka.
inbox-empty = Još nema poruka
inbox-hint = Zatražite kôd i poruka će se sama pojaviti ovdje.
inbox-choose = Odaberite poruku koju želite pročitati.
inbox-gone = Ove poruke više nema.
inbox-new = Nova poruka za { $to }: { $subject }
inbox-no-subject = Bez predmeta
inbox-all = Sve poruke
inbox-from = Od
inbox-to = Za
inbox-received = Primljeno
inbox-text = Tekst
inbox-html = HTML
inbox-source = Izvor
inbox-copy = Kopiraj
inbox-copy-code = Kopiraj kôd
inbox-copied = Kopirano
inbox-no-copy = Kopiranje ovdje nije moguće
inbox-delete = Izbriši
inbox-deleted = Poruka je izbrisana
inbox-clear = Izbriši sve…
inbox-clear-title = Želite li izbrisati sve poruke?
inbox-clear-text = Nisu spremljene nigdje drugdje.
inbox-clear-no = Zadrži
inbox-clear-yes = Izbriši sve

way = Put poruke
way-queued = U redu čekanja
way-attempt = { $number }. pokušaj
way-delivered = Isporučeno
way-retry = Slijedi novi pokušaj
way-failed = Nije isporučeno

relay = Relejni poslužitelj
relay-accept = Prihvaća
relay-refuse = Odbija
relay-greylist = Koristi sivu listu
relay-stall = Ne odgovara
