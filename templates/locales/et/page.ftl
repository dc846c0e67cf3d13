### Estonian (Estonia). Register: polite “teie”, as the brand is unknown; buttons are bare imperatives, as
### usual in software; quotes are „ “, “e‑post” and “e‑kiri” have a no-break hyphen.

language = Keel
title = Loo konto
lead = Sisestage oma e‑posti aadress ja me saadame teile kuuekohalise koodi.
email = E‑posti aadress
send = Saada kood
resend = Saada uus kood
wait = Uus kood { $time } pärast
ready = Nüüd saate küsida uue koodi.
sent = Saatsime koodi aadressile { $email }.
code = Kood e‑kirjast
check = Kinnita
incomplete = Sisestage koodi kõik kuus numbrit.
done = Teie aadress on kinnitatud
confirmed = { $email } on teie aadress. Võite registreerumist jätkata.
again = Alusta uuesti
reference = API dokumentatsioon

error-unreachable = Teenusega ei saa ühendust. Kontrollige internetiühendust ja proovige uuesti.
error-address = See ei näe välja nagu e‑posti aadress. Kontrollige seda ja proovige uuesti.
error-later = Kood on juba teel. Vaadake ka kausta „Rämpspost“ või küsige uus kood, kui ooteaeg on läbi.
error-limit = Koode on küsitud liiga palju. Proovige hiljem uuesti.
error-unavailable = Meie süsteemis tekkis tõrge. Proovige hetke pärast uuesti.
error-no-code = See kood enam ei kehti. Küsige uus.
error-tries = Vale kood on sisestatud liiga palju kordi. Küsige uus, kui ooteaeg on läbi.
error-code = Kood ei ole õige. Vaadake e‑kiri üle ja proovige uuesti.

inbox = Postkast
inbox-open = Ava uuel vahelehel
inbox-live = Reaalajas
inbox-lost = Ühendus katkes, proovime uuesti
inbox-count =
    { $count ->
        [0] Kirju pole
        [one] { $count } kiri
       *[other] { $count } kirja
    }
inbox-more = { $total } kirjast on näha { $shown } uusimat.
inbox-search = Otsi
inbox-no-match = Ühtegi kirja ei leitud.
inbox-empty = Kirju veel pole
inbox-hint = Küsige kood ja kiri ilmub siia automaatselt.
inbox-choose = Valige kiri, mida lugeda.
inbox-gone = Seda kirja siin enam pole.
inbox-new = Uus kiri aadressile { $to }: { $subject }
inbox-no-subject = Teema puudub
inbox-all = Kõik kirjad
inbox-from = Saatja
inbox-to = Saaja
inbox-received = Saabunud
inbox-text = Tekst
inbox-html = HTML
inbox-source = Lähtekood
inbox-copy = Kopeeri
inbox-copy-code = Kopeeri kood
inbox-copied = Kopeeritud
inbox-no-copy = Siin ei saa kopeerida
inbox-delete = Kustuta
inbox-deleted = Kiri kustutatud
inbox-clear = Kustuta kõik…
inbox-clear-title = Kas kustutada kõik kirjad?
inbox-clear-text = Mujal neid ei säilitata.
inbox-clear-no = Jäta alles
inbox-clear-yes = Kustuta kõik

way = Kirja teekond
way-queued = Järjekorras
way-attempt = { $number }. katse
way-delivered = Kohale toimetatud
way-retry = Proovitakse uuesti
way-failed = Kohale toimetada ei õnnestunud

relay = Edastusserver
relay-accept = Võtab vastu
relay-refuse = Keeldub
relay-greylist = Kasutab halli nimekirja
relay-stall = Ei vasta
