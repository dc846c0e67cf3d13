### Swahili (Kenya, Tanzania). Register: friendly singular (wewe); buttons are imperatives (Tuma, Nakili, Futa).
### The number follows its noun (barua pepe 5), so one and other read alike.

language = Lugha
title = Fungua akaunti yako
lead = Weka anwani yako ya barua pepe, nasi tutakutumia msimbo wa tarakimu sita.
email = Anwani ya barua pepe
send = Tuma msimbo
resend = Tuma msimbo mpya
wait = Tuma tena baada ya { $time }
ready = Sasa unaweza kuomba msimbo mpya.
sent = Tumetuma msimbo kwa { $email }.
code = Msimbo ulio kwenye barua pepe
check = Thibitisha
incomplete = Weka tarakimu zote sita za msimbo.
done = Anwani yako imethibitishwa
confirmed = Tumethibitisha kuwa { $email } ni yako. Unaweza kuendelea kujisajili.
again = Anza upya
reference = Marejeleo ya API

error-unreachable = Imeshindwa kuunganisha kwenye huduma. Angalia muunganisho wako kisha ujaribu tena.
error-address = Hiyo haionekani kuwa anwani sahihi ya barua pepe. Iangalie kisha ujaribu tena.
error-later = Msimbo umeshatumwa. Angalia pia folda ya barua taka, au uombe msimbo mpya muda wa kusubiri ukiisha.
error-limit = Misimbo mingi mno imeombwa. Jaribu tena baadaye.
error-unavailable = Hitilafu imetokea upande wetu. Jaribu tena baada ya muda mfupi.
error-no-code = Msimbo huu haufanyi kazi tena. Omba mwingine.
error-tries = Umeweka msimbo usio sahihi mara nyingi mno. Omba mwingine muda wa kusubiri ukiisha.
error-code = Msimbo si sahihi. Angalia barua pepe kisha ujaribu tena.

inbox = Kikasha
inbox-open = Fungua katika kichupo kipya
inbox-live = Moja kwa moja
inbox-lost = Muunganisho umekatika, inajaribu tena
inbox-count =
    { $count ->
        [0] Hakuna barua pepe
        [one] Barua pepe { $count }
       *[other] Barua pepe { $count }
    }
inbox-more = Zinaonyeshwa { $shown } mpya zaidi kati ya barua pepe { $total }.
inbox-search = Tafuta
inbox-no-match = Hakuna barua pepe inayolingana.
inbox-empty = Bado hakuna barua pepe
inbox-hint = Omba msimbo, na barua pepe yake itaonekana hapa yenyewe.
inbox-choose = Chagua barua pepe ya kusoma.
inbox-gone = Barua pepe hii haipo hapa tena.
inbox-new = Barua pepe mpya kwa { $to }: { $subject }
inbox-no-subject = Hakuna mada
inbox-all = Barua pepe zote
inbox-from = Kutoka kwa
inbox-to = Kwa
inbox-received = Imepokewa
inbox-text = Maandishi
inbox-html = HTML
inbox-source = Chanzo
inbox-copy = Nakili
inbox-copy-code = Nakili msimbo
inbox-copied = Imenakiliwa
inbox-no-copy = Huwezi kunakili hapa
inbox-delete = Futa
inbox-deleted = Barua pepe imefutwa
inbox-clear = Futa zote…
inbox-clear-title = Ungependa kufuta barua pepe zote?
inbox-clear-text = Hazijahifadhiwa mahali pengine popote.
inbox-clear-no = Usifute
inbox-clear-yes = Futa zote

way = Safari ya barua pepe
way-queued = Iko kwenye foleni
way-attempt = Jaribio la { $number }
way-delivered = Imefika
way-retry = Itajaribiwa tena
way-failed = Imeshindikana

relay = Seva ya relay
relay-accept = Inakubali
relay-refuse = Inakataa
relay-greylist = Inatumia greylist
relay-stall = Haijibu
