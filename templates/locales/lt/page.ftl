### Lithuanian (Lithuania). Register: polite plural, „jūs“ in lower case; buttons are infinitives; quotes
### are „ “ (names of companies take them, which also spares them an ending), the dash is –.

language = Kalba
title = Sukurti paskyrą
lead = Įveskite el. pašto adresą, ir atsiųsime jums šešių skaitmenų kodą.
email = El. pašto adresas
send = Gauti kodą
resend = Gauti naują kodą
wait = Naujas kodas po { $time }
ready = Jau galite gauti naują kodą.
sent = Kodą išsiuntėme adresu { $email }.
code = Kodas iš laiško
check = Patvirtinti
incomplete = Įveskite visus šešis kodo skaitmenis.
done = Adresas patvirtintas
confirmed = Įsitikinome, kad { $email } yra jūsų adresas. Galite tęsti registraciją.
again = Pradėti iš naujo
reference = API dokumentacija

error-unreachable = Paslauga nepasiekiama. Patikrinkite interneto ryšį ir bandykite dar kartą.
error-address = Tai nepanašu į el. pašto adresą. Patikrinkite jį ir bandykite dar kartą.
error-later = Kodas jau išsiųstas. Patikrinkite ir aplanką „Šlamštas“ arba paprašykite naujo kodo, kai baigsis laukimo laikas.
error-limit = Paprašyta per daug kodų. Bandykite vėliau.
error-unavailable = Mūsų sistemoje įvyko klaida. Po akimirkos bandykite dar kartą.
error-no-code = Šis kodas nebegalioja. Paprašykite naujo.
error-tries = Neteisingas kodas įvestas per daug kartų. Paprašykite naujo, kai baigsis laukimo laikas.
error-code = Kodas neteisingas. Patikrinkite laišką ir bandykite dar kartą.

inbox = Gautieji
inbox-open = Atidaryti naujame skirtuke
inbox-live = Atsinaujina automatiškai
inbox-lost = Ryšys nutrūko, jungiamasi iš naujo
inbox-count =
    { $count ->
        [0] Laiškų nėra
        [one] { $count } laiškas
        [few] { $count } laiškai
       *[other] { $count } laiškų
    }
inbox-more = Rodomi naujausi laiškai: { $shown } iš { $total }.
inbox-search = Ieškoti
inbox-no-match = Laiškų nerasta.
inbox-empty = Laiškų dar nėra
inbox-hint = Paprašykite kodo, ir laiškas čia atsiras automatiškai.
inbox-choose = Pasirinkite laišką, kurį norite perskaityti.
inbox-gone = Šio laiško čia nebėra.
inbox-new = Naujas laiškas adresu { $to }: { $subject }
inbox-no-subject = Be temos
inbox-all = Visi laiškai
inbox-from = Nuo
inbox-to = Kam
inbox-received = Gauta
inbox-text = Tekstas
inbox-html = HTML
inbox-source = Pirminis kodas
inbox-copy = Kopijuoti
inbox-copy-code = Kopijuoti kodą
inbox-copied = Nukopijuota
inbox-no-copy = Čia kopijuoti neįmanoma
inbox-delete = Ištrinti
inbox-deleted = Laiškas ištrintas
inbox-clear = Ištrinti visus…
inbox-clear-title = Ištrinti visus laiškus?
inbox-clear-text = Daugiau jie niekur nesaugomi.
inbox-clear-no = Palikti
inbox-clear-yes = Ištrinti visus

way = Laiško kelias
way-queued = Eilėje
way-attempt = Bandymas { $number }
way-delivered = Pristatyta
way-retry = Bus bandoma dar kartą
way-failed = Pristatyti nepavyko

relay = Perdavimo serveris
relay-accept = Priima
relay-refuse = Atmeta
relay-greylist = Taiko pilkąjį sąrašą
relay-stall = Neatsako
