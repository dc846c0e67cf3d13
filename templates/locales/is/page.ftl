### Icelandic (Iceland). Register: þú, the only natural one.
### Typography: U+00A0 between a number and its unit. The category one also holds 21, 31 and so on, so it shows the number.

language = Tungumál
title = Stofna aðgang
lead = Sláðu inn netfangið þitt og við sendum þér sex tölustafa kóða.
email = Netfang
send = Senda kóða
resend = Senda nýjan kóða
wait = Senda aftur eftir { $time }
ready = Nú geturðu beðið um nýjan kóða.
sent = Við höfum sent kóða á { $email }.
code = Kóðinn úr tölvupóstinum
check = Staðfesta
incomplete = Sláðu inn alla sex tölustafi kóðans.
done = Netfangið þitt er staðfest
confirmed = Netfangið { $email } er þitt. Þú getur haldið nýskráningunni áfram.
again = Byrja upp á nýtt
reference = API-skjölun

error-unreachable = Ekki næst samband við þjónustuna. Athugaðu nettenginguna og reyndu aftur.
error-address = Þetta lítur ekki út fyrir að vera netfang. Athugaðu það og reyndu aftur.
error-later = Kóði er þegar á leiðinni. Gáðu líka í ruslpóstinn eða biddu um nýjan kóða þegar biðtíminn er liðinn.
error-limit = Beðið hefur verið um of marga kóða. Reyndu aftur síðar.
error-unavailable = Eitthvað fór úrskeiðis hjá okkur. Reyndu aftur eftir smástund.
error-no-code = Þessi kóði virkar ekki lengur. Biddu um nýjan.
error-tries = Of margir rangir kóðar. Biddu um nýjan þegar biðtíminn er liðinn.
error-code = Þetta er ekki réttur kóði. Gáðu í tölvupóstinn og reyndu aftur.

inbox = Innhólf
inbox-open = Opna í nýjum flipa
inbox-live = Í rauntíma
inbox-lost = Tengingin rofnaði, reynt er aftur
inbox-count =
    { $count ->
        [0] Enginn tölvupóstur
        [one] { $count } tölvupóstur
       *[other] { $count } tölvupóstar
    }
inbox-more = Hér sjást nýjustu { $shown } af { $total }.
inbox-search = Leita
inbox-no-match = Enginn tölvupóstur fannst.
inbox-empty = Enginn tölvupóstur enn
inbox-hint = Biddu um kóða og tölvupósturinn birtist hér sjálfkrafa.
inbox-choose = Veldu tölvupóst til að lesa hann.
inbox-gone = Þessi tölvupóstur er ekki lengur hér.
inbox-new = Nýr tölvupóstur til { $to }: { $subject }
inbox-no-subject = Ekkert efni
inbox-all = Allur tölvupóstur
inbox-from = Frá
inbox-to = Til
inbox-received = Móttekið
inbox-text = Texti
inbox-html = HTML
inbox-source = Frumkóði
inbox-copy = Afrita
inbox-copy-code = Afrita kóða
inbox-copied = Afritað
inbox-no-copy = Ekki er hægt að afrita hér
inbox-delete = Eyða
inbox-deleted = Tölvupóstinum var eytt
inbox-clear = Eyða öllum…
inbox-clear-title = Eyða öllum tölvupósti?
inbox-clear-text = Hann er hvergi geymdur annars staðar.
inbox-clear-no = Ekki eyða
inbox-clear-yes = Eyða öllum

way = Ferill sendingar
way-queued = Í biðröð
way-attempt = Tilraun { $number }
way-delivered = Afhent
way-retry = Reynt verður aftur
way-failed = Ekki tókst að afhenda

relay = Póstþjónn
relay-accept = Tekur við
relay-refuse = Hafnar
relay-greylist = Notar grálista
relay-stall = Svarar ekki
