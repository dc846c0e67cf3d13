### Finnish (Finland). Register: informal singular (sinä), as software usually is.
### Typography: U+00A0 between a number and its unit. The brand takes no ending: “palveluun” before it carries the case.

language = Kieli
title = Luo tili
lead = Anna sähköpostiosoitteesi, niin lähetämme sinulle kuusinumeroisen koodin.
email = Sähköpostiosoite
send = Lähetä koodi
resend = Lähetä uusi koodi
# In brackets: “in 0:59” would put a case ending on the clock.
wait = Lähetä uudelleen ({ $time })
ready = Voit nyt pyytää uuden koodin.
sent = Lähetimme koodin osoitteeseen { $email }.
code = Koodi sähköpostista
check = Vahvista
incomplete = Syötä koodin kaikki kuusi numeroa.
done = Osoitteesi on vahvistettu
confirmed = Osoite { $email } on sinun. Voit jatkaa rekisteröitymistä.
again = Aloita alusta
reference = API-dokumentaatio

error-unreachable = Palveluun ei saada yhteyttä. Tarkista verkkoyhteytesi ja yritä uudelleen.
error-address = Tämä ei näytä sähköpostiosoitteelta. Tarkista osoite ja yritä uudelleen.
error-later = Koodi on jo matkalla. Katso myös roskapostikansiosta tai pyydä uusi koodi, kun odotusaika on päättynyt.
error-limit = Koodeja on pyydetty liian monta. Yritä myöhemmin uudelleen.
error-unavailable = Jokin meni meillä vikaan. Yritä hetken kuluttua uudelleen.
error-no-code = Tämä koodi ei enää toimi. Pyydä uusi.
error-tries = Liian monta väärää koodia. Pyydä uusi, kun odotusaika on päättynyt.
error-code = Koodi on väärä. Tarkista se sähköpostista ja yritä uudelleen.

inbox = Saapuneet
inbox-open = Avaa uudessa välilehdessä
inbox-live = Reaaliajassa
inbox-lost = Yhteys katkesi, yritetään uudelleen
inbox-count =
    { $count ->
        [0] Ei viestejä
        [one] { $count } viesti
       *[other] { $count } viestiä
    }
inbox-more = Näytetään uusimmat { $shown }. Viestejä on yhteensä { $total }.
inbox-search = Haku
inbox-no-match = Viestejä ei löytynyt.
inbox-empty = Ei vielä viestejä
inbox-hint = Pyydä koodi, niin viesti ilmestyy tähän itsestään.
inbox-choose = Valitse viesti, jonka haluat lukea.
inbox-gone = Tätä viestiä ei enää ole.
inbox-new = Uusi viesti osoitteeseen { $to }: { $subject }
inbox-no-subject = Ei aihetta
inbox-all = Kaikki viestit
inbox-from = Lähettäjä
inbox-to = Vastaanottaja
inbox-received = Saapunut
inbox-text = Teksti
inbox-html = HTML
inbox-source = Lähdekoodi
inbox-copy = Kopioi
inbox-copy-code = Kopioi koodi
inbox-copied = Kopioitu
inbox-no-copy = Kopiointi ei onnistu tässä
inbox-delete = Poista
inbox-deleted = Viesti poistettu
inbox-clear = Poista kaikki…
inbox-clear-title = Poistetaanko kaikki viestit?
inbox-clear-text = Niitä ei ole tallennettu muualle.
inbox-clear-no = Säilytä
inbox-clear-yes = Poista kaikki

way = Toimituksen vaiheet
way-queued = Jonossa
way-attempt = Yritys { $number }
way-delivered = Toimitettu
way-retry = Yritetään uudelleen
way-failed = Toimitus epäonnistui

relay = Postipalvelin
relay-accept = Ottaa vastaan
relay-refuse = Hylkää
relay-greylist = Harmaalistaa
relay-stall = Ei vastaa
