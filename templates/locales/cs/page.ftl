### Czech (Czechia). Register: formal (vykání), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

language = Jazyk
title = Vytvořit účet
lead = Zadejte svou e‑mailovou adresu a my vám pošleme šestimístný kód.
email = E‑mailová adresa
send = Poslat kód
resend = Poslat nový kód
wait = Poslat znovu za { $time }
ready = Teď si můžete vyžádat nový kód.
sent = Poslali jsme kód na adresu { $email }.
code = Kód z e‑mailu
check = Potvrdit
incomplete = Zadejte všech šest číslic kódu.
done = Adresa je potvrzená
confirmed = Adresa { $email } patří vám. Můžete pokračovat v registraci.
again = Začít znovu
reference = Dokumentace API

error-unreachable = Nedaří se spojit se službou. Zkontrolujte připojení a zkuste to znovu.
error-address = Tohle nevypadá jako e‑mailová adresa. Zkontrolujte ji a zkuste to znovu.
error-later = Kód už je na cestě. Podívejte se i do složky Spam, nebo po skončení odpočtu požádejte o nový.
error-limit = Příliš mnoho žádostí o kód. Zkuste to znovu později.
error-unavailable = Něco se u nás pokazilo. Zkuste to za chvíli znovu.
error-no-code = Tento kód už neplatí. Požádejte o nový.
error-tries = Příliš mnoho chybných kódů. Po skončení odpočtu požádejte o nový.
error-code = Kód není správný. Podívejte se do e‑mailu a zkuste to znovu.

inbox = Doručená pošta
inbox-open = Otevřít na nové kartě
inbox-live = Živě
inbox-lost = Spojení se přerušilo, zkoušíme to znovu
inbox-count =
    { $count ->
        [0] Žádné e‑maily
        [one] { $count } e‑mail
        [few] { $count } e‑maily
       *[other] { $count } e‑mailů
    }
inbox-more = Nejnovější e‑maily: zobrazeno { $shown } z { $total }.
inbox-search = Hledat
inbox-no-match = Hledání neodpovídá žádný e‑mail.
inbox-empty = Zatím žádné e‑maily
inbox-hint = Požádejte o kód a e‑mail se tu sám objeví.
inbox-choose = Vyberte e‑mail, který si chcete přečíst.
inbox-gone = Tento e‑mail už tu není.
inbox-new = Nový e‑mail pro { $to }: { $subject }
inbox-no-subject = Bez předmětu
inbox-all = Všechny e‑maily
inbox-from = Od
inbox-to = Komu
inbox-received = Přijato
inbox-text = Text
inbox-html = HTML
inbox-source = Zdroj
inbox-copy = Kopírovat
inbox-copy-code = Kopírovat kód
inbox-copied = Zkopírováno
inbox-no-copy = Tady kopírovat nejde
inbox-delete = Smazat
inbox-deleted = E‑mail smazán
inbox-clear = Smazat vše…
inbox-clear-title = Smazat všechny e‑maily?
inbox-clear-text = Nikde jinde uložené nejsou.
inbox-clear-no = Ponechat
inbox-clear-yes = Smazat vše

way = Cesta e‑mailu
way-queued = Ve frontě
way-attempt = { $number }. pokus
way-delivered = Doručeno
way-retry = Proběhne další pokus
way-failed = Nedoručeno

relay = Relay server
relay-accept = Přijímá
relay-refuse = Odmítá
relay-greylist = Používá greylisting
relay-stall = Neodpovídá
