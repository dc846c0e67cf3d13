### Latvian (Latvia). Register: polite plural, “jūs” in lower case; buttons are infinitives; quotes are „ ”,
### “e‑pasts” has a no-break hyphen.

language = Valoda
title = Izveidot kontu
lead = Ievadiet savu e‑pasta adresi, un mēs nosūtīsim jums sešciparu kodu.
email = E‑pasta adrese
send = Saņemt kodu
resend = Saņemt jaunu kodu
wait = Jauns kods pēc { $time }
ready = Tagad varat pieprasīt jaunu kodu.
sent = Nosūtījām kodu uz adresi { $email }.
code = Kods no vēstules
check = Apstiprināt
incomplete = Ievadiet visus sešus koda ciparus.
done = Adrese ir apstiprināta
confirmed = Pārliecinājāmies, ka { $email } ir jūsu adrese. Varat turpināt reģistrāciju.
again = Sākt no sākuma
reference = API dokumentācija

error-unreachable = Neizdevās sazināties ar pakalpojumu. Pārbaudiet interneta savienojumu un mēģiniet vēlreiz.
error-address = Tas neizskatās pēc e‑pasta adreses. Pārbaudiet to un mēģiniet vēlreiz.
error-later = Kods jau ir nosūtīts. Ieskatieties arī mapē „Mēstules” vai pieprasiet jaunu kodu, kad beigsies gaidīšanas laiks.
error-limit = Pieprasīts pārāk daudz kodu. Vēlāk mēģiniet vēlreiz.
error-unavailable = Mūsu sistēmā radās kļūda. Pēc brīža mēģiniet vēlreiz.
error-no-code = Šis kods vairs nav derīgs. Pieprasiet jaunu.
error-tries = Nepareizs kods ievadīts pārāk daudz reižu. Pieprasiet jaunu, kad beigsies gaidīšanas laiks.
error-code = Kods nav pareizs. Pārbaudiet vēstuli un mēģiniet vēlreiz.

inbox = Iesūtne
inbox-open = Atvērt jaunā cilnē
inbox-live = Atjaunojas automātiski
inbox-lost = Savienojums pārtrūka, mēģinām vēlreiz
inbox-count =
    { $count ->
        [0] Nav vēstuļu
        [zero] { $count } vēstuļu
        [one] { $count } vēstule
       *[other] { $count } vēstules
    }
inbox-more = Redzamas jaunākās vēstules: { $shown } no { $total }.
inbox-search = Meklēt
inbox-no-match = Nekas nav atrasts.
inbox-empty = Vēstuļu vēl nav
inbox-hint = Pieprasiet kodu, un vēstule šeit parādīsies automātiski.
inbox-choose = Izvēlieties vēstuli, ko izlasīt.
inbox-gone = Šīs vēstules te vairs nav.
inbox-new = Jauna vēstule adresei { $to }: { $subject }
inbox-no-subject = Bez temata
inbox-all = Visas vēstules
inbox-from = No
inbox-to = Kam
inbox-received = Saņemta
inbox-text = Teksts
inbox-html = HTML
inbox-source = Pirmkods
inbox-copy = Kopēt
inbox-copy-code = Kopēt kodu
inbox-copied = Nokopēts
inbox-no-copy = Šeit kopēt nav iespējams
inbox-delete = Dzēst
inbox-deleted = Vēstule izdzēsta
inbox-clear = Dzēst visas…
inbox-clear-title = Vai dzēst visas vēstules?
inbox-clear-text = Tās nekur citur netiek glabātas.
inbox-clear-no = Paturēt
inbox-clear-yes = Dzēst visas

way = Vēstules ceļš
way-queued = Rindā
way-attempt = { $number }. mēģinājums
way-delivered = Piegādāta
way-retry = Tiks mēģināts vēlreiz
way-failed = Piegādāt neizdevās

relay = Pārsūtīšanas serveris
relay-accept = Pieņem
relay-refuse = Noraida
relay-greylist = Lieto pelēko sarakstu
relay-stall = Neatbild
