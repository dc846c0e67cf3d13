### Hungarian (Hungary). Register: formal (magázás), safe for a brand one doesn’t know; Ön only where it is needed.
### U+2011 in e-mail and e-mail-cím; no suffix and no a/az beside { $brand }, only a noun joined with a hyphen.

language = Nyelv
title = Fiók létrehozása
lead = Adja meg az e‑mail‑címét, és küldünk rá egy hatjegyű kódot.
email = E‑mail‑cím
send = Kód küldése
resend = Új kód küldése
wait = Újraküldés { $time } múlva
ready = Most már kérhet új kódot.
sent = Elküldtük a kódot erre a címre: { $email }.
code = Az e‑mailben kapott kód
check = Megerősítés
incomplete = Adja meg a kód mind a hat számjegyét.
done = Az e‑mail‑címét megerősítettük
confirmed = Ez a cím az Öné: { $email }. Folytathatja a regisztrációt.
again = Újrakezdés
reference = API-dokumentáció

error-unreachable = A szolgáltatás nem érhető el. Ellenőrizze az internetkapcsolatot, és próbálja újra.
error-address = Ez nem tűnik e‑mail‑címnek. Ellenőrizze, és próbálja újra.
error-later = Már úton van egy kód. Nézze meg a Spam mappát is, vagy kérjen új kódot, ha lejárt a visszaszámlálás.
error-limit = Túl sok kódkérés érkezett. Próbálja újra később.
error-unavailable = Nálunk történt hiba. Próbálja újra néhány pillanat múlva.
error-no-code = Ez a kód már nem érvényes. Kérjen újat.
error-tries = Túl sok hibás kód. Kérjen újat, ha lejárt a visszaszámlálás.
error-code = Ez nem a megfelelő kód. Nézze meg az e‑mailt, és próbálja újra.

inbox = Beérkező levelek
inbox-open = Megnyitás új lapon
inbox-live = Élő
inbox-lost = Megszakadt a kapcsolat, újrapróbáljuk
inbox-count =
    { $count ->
        [0] Nincs levél
        [one] { $count } levél
       *[other] { $count } levél
    }
inbox-more = Összesen { $total } levél, ebből a legújabb { $shown } látható.
inbox-search = Keresés
inbox-no-match = Nincs találat.
inbox-empty = Még nincs levél
inbox-hint = Kérjen egy kódot, és a levél magától megjelenik itt.
inbox-choose = Válassza ki az elolvasni kívánt levelet.
inbox-gone = Ez a levél már nincs itt.
inbox-new = Új levél, címzett: { $to }, tárgy: { $subject }
inbox-no-subject = Nincs tárgy
inbox-all = Összes levél
inbox-from = Feladó
inbox-to = Címzett
inbox-received = Érkezett
inbox-text = Szöveg
inbox-html = HTML
inbox-source = Forrás
inbox-copy = Másolás
inbox-copy-code = Kód másolása
inbox-copied = Másolva
inbox-no-copy = Itt nem lehet másolni
inbox-delete = Törlés
inbox-deleted = Levél törölve
inbox-clear = Összes törlése…
inbox-clear-title = Törli az összes levelet?
inbox-clear-text = Máshol nincs róluk másolat.
inbox-clear-no = Megtartás
inbox-clear-yes = Összes törlése

way = A levél útja
way-queued = Sorban áll
way-attempt = { $number }. kísérlet
way-delivered = Kézbesítve
way-retry = Újabb kísérlet következik
way-failed = Nem sikerült kézbesíteni

relay = Továbbító szerver
relay-accept = Elfogad
relay-refuse = Elutasít
relay-greylist = Szürkelistáz
relay-stall = Nem válaszol
