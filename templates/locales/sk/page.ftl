### Slovak (Slovakia). Register: formal (vykanie), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

language = Jazyk
title = Vytvoriť účet
lead = Zadajte svoju e‑mailovú adresu a my vám pošleme šesťmiestny kód.
email = E‑mailová adresa
send = Poslať kód
resend = Poslať nový kód
wait = Poslať znova ({ $time })
ready = Už si môžete vyžiadať nový kód.
sent = Kód sme poslali na adresu { $email }.
code = Kód z e‑mailu
check = Potvrdiť
incomplete = Zadajte všetkých šesť číslic kódu.
done = Adresa je potvrdená
confirmed = Adresa { $email } patrí vám. Môžete pokračovať v registrácii.
again = Začať znova
reference = Dokumentácia API

error-unreachable = Nedarí sa spojiť so službou. Skontrolujte pripojenie a skúste to znova.
error-address = Toto nevyzerá ako e‑mailová adresa. Skontrolujte ju a skúste to znova.
error-later = Kód je už na ceste. Pozrite sa aj do priečinka Spam alebo si po skončení odpočtu vyžiadajte nový kód.
error-limit = Príliš veľa žiadostí o kód. Skúste to znova neskôr.
error-unavailable = Niečo sa u nás pokazilo. Skúste to o chvíľu znova.
error-no-code = Tento kód už neplatí. Vyžiadajte si nový.
error-tries = Príliš veľa nesprávnych kódov. Po skončení odpočtu si vyžiadajte nový.
error-code = Kód nie je správny. Pozrite sa do e‑mailu a skúste to znova.

inbox = Doručená pošta
inbox-open = Otvoriť na novej karte
inbox-live = Naživo
inbox-lost = Spojenie sa prerušilo, skúšame to znova
inbox-count =
    { $count ->
        [0] Žiadne e‑maily
        [one] { $count } e‑mail
        [few] { $count } e‑maily
       *[other] { $count } e‑mailov
    }
inbox-more = Najnovšie e‑maily: zobrazených { $shown } z { $total }.
inbox-search = Hľadať
inbox-no-match = Hľadaniu nezodpovedá žiadny e‑mail.
inbox-empty = Zatiaľ žiadne e‑maily
inbox-hint = Vyžiadajte si kód a e‑mail sa tu sám zobrazí.
inbox-choose = Vyberte e‑mail, ktorý si chcete prečítať.
inbox-gone = Tento e‑mail tu už nie je.
inbox-new = Nový e‑mail pre { $to }: { $subject }
inbox-no-subject = Bez predmetu
inbox-all = Všetky e‑maily
inbox-from = Od
inbox-to = Komu
inbox-received = Prijaté
inbox-text = Text
inbox-html = HTML
inbox-source = Zdroj
inbox-copy = Kopírovať
inbox-copy-code = Kopírovať kód
inbox-copied = Skopírované
inbox-no-copy = Tu sa kopírovať nedá
inbox-delete = Odstrániť
inbox-deleted = E‑mail bol odstránený
inbox-clear = Odstrániť všetky…
inbox-clear-title = Odstrániť všetky e‑maily?
inbox-clear-text = Nikde inde uložené nie sú.
inbox-clear-no = Ponechať
inbox-clear-yes = Odstrániť všetky

way = Cesta e‑mailu
way-queued = Čaká v rade
way-attempt = { $number }. pokus
way-delivered = Doručené
way-retry = Skúsi sa to znova
way-failed = Nedoručené

relay = Relay server
relay-accept = Prijíma
relay-refuse = Odmieta
relay-greylist = Používa greylisting
relay-stall = Neodpovedá
