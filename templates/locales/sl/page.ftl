### Slovenian (Slovenia). Register: formal (vikanje), the norm for a service one doesn’t know; vi, vaš in lower case.
### Buttons in the singular imperative, as usual in software. U+2011 in e-pošta; U+00A0 before units.

language = Jezik
title = Ustvari račun
lead = Vnesite svoj e‑poštni naslov in poslali vam bomo šestmestno kodo.
email = E‑poštni naslov
send = Pošlji kodo
resend = Pošlji novo kodo
wait = Pošlji znova čez { $time }
ready = Zdaj lahko zahtevate novo kodo.
sent = Kodo smo poslali na naslov { $email }.
code = Koda iz e‑pošte
check = Potrdi
incomplete = Vnesite vseh šest števk kode.
done = Vaš naslov je potrjen
confirmed = Naslov { $email } je vaš. Registracijo lahko nadaljujete.
again = Začni znova
reference = Dokumentacija za API

error-unreachable = Storitev ni dosegljiva. Preverite povezavo in poskusite znova.
error-address = To ni videti kot e‑poštni naslov. Preverite ga in poskusite znova.
error-later = Koda je že na poti. Preverite tudi mapo z vsiljeno pošto ali zahtevajte novo kodo, ko se odštevanje izteče.
error-limit = Preveč zahtev za kodo. Poskusite znova pozneje.
error-unavailable = Pri nas je šlo nekaj narobe. Čez nekaj trenutkov poskusite znova.
error-no-code = Ta koda ne velja več. Zahtevajte novo.
error-tries = Preveč napačnih kod. Ko se odštevanje izteče, zahtevajte novo.
error-code = Koda ni pravilna. Preverite e‑pošto in poskusite znova.

inbox = Prejeta pošta
inbox-open = Odpri v novem zavihku
inbox-live = V živo
inbox-lost = Povezava je prekinjena, poskušamo znova
inbox-count =
    { $count ->
        [0] Ni sporočil
        [one] { $count } sporočilo
        [two] { $count } sporočili
        [few] { $count } sporočila
       *[other] { $count } sporočil
    }
inbox-more = Najnovejša sporočila: prikazanih { $shown } od { $total }.
inbox-search = Iskanje
inbox-no-match = Ni zadetkov.
inbox-empty = Sporočil še ni
inbox-hint = Zahtevajte kodo in sporočilo se bo samo prikazalo tukaj.
inbox-choose = Izberite sporočilo, ki ga želite prebrati.
inbox-gone = Tega sporočila ni več tukaj.
inbox-new = Novo sporočilo za { $to }: { $subject }
inbox-no-subject = Brez zadeve
inbox-all = Vsa sporočila
inbox-from = Od
inbox-to = Za
inbox-received = Prejeto
inbox-text = Besedilo
inbox-html = HTML
inbox-source = Vir
inbox-copy = Kopiraj
inbox-copy-code = Kopiraj kodo
inbox-copied = Kopirano
inbox-no-copy = Kopiranje tukaj ni mogoče
inbox-delete = Izbriši
inbox-deleted = Sporočilo je izbrisano
inbox-clear = Izbriši vsa…
inbox-clear-title = Želite izbrisati vsa sporočila?
inbox-clear-text = Shranjena niso nikjer drugje.
inbox-clear-no = Obdrži
inbox-clear-yes = Izbriši vsa

way = Pot sporočila
way-queued = V čakalni vrsti
way-attempt = { $number }. poskus
way-delivered = Dostavljeno
way-retry = Sledi nov poskus
way-failed = Ni dostavljeno

relay = Posredovalni strežnik
relay-accept = Sprejema
relay-refuse = Zavrača
relay-greylist = Uporablja sivi seznam
relay-stall = Ne odgovarja
