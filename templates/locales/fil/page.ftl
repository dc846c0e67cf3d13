### Filipino (Philippines). Register: friendly, mo/ka and no po, with the English computer words people use.
### The category other is for numbers that end in 4, 6 or 9, after which the linker “na” is written.

language = Wika
title = Gumawa ng account
lead = Ilagay ang iyong email address, at padadalhan ka namin ng 6-digit na code.
email = Email address
send = Ipadala ang code
resend = Magpadala ng bagong code
wait = Magpadala ulit pagkalipas ng { $time }
ready = Puwede ka nang humingi ng bagong code.
sent = Nagpadala kami ng code sa { $email }.
code = Code mula sa email
check = Kumpirmahin
incomplete = Ilagay ang lahat ng anim na digit ng code.
done = Nakumpirma na ang iyong email address
confirmed = Nakumpirma naming sa iyo ang { $email }. Puwede mo nang ituloy ang pag-sign up.
again = Magsimula ulit
reference = API reference

error-unreachable = Hindi makakonekta sa serbisyo. Tingnan ang iyong koneksyon at subukan ulit.
error-address = Mukhang mali ang email address na iyan. Tingnan ito at subukan ulit.
error-later = Naipadala na ang code. Tingnan din ang iyong spam folder, o humingi ng bagong code kapag tapos na ang paghihintay.
error-limit = Masyado nang maraming hininging code. Subukan ulit mamaya.
error-unavailable = Nagkaproblema sa panig namin. Subukan ulit maya-maya.
error-no-code = Hindi na gumagana ang code na ito. Humingi ng bago.
error-tries = Masyado nang maraming maling code. Humingi ng bago kapag tapos na ang paghihintay.
error-code = Mali ang code. Tingnan ang email at subukan ulit.

inbox = Inbox
inbox-open = Buksan sa bagong tab
inbox-live = Live
inbox-lost = Nawala ang koneksyon, sinusubukan ulit
inbox-count =
    { $count ->
        [0] Walang email
        [one] { $count } email
       *[other] { $count } na email
    }
inbox-more = Ipinapakita ang pinakabagong { $shown } sa kabuuang { $total }.
inbox-search = Maghanap
inbox-no-match = Walang katugmang email.
inbox-empty = Wala pang email
inbox-hint = Humingi ng code, at kusang lalabas dito ang email.
inbox-choose = Pumili ng email na babasahin.
inbox-gone = Wala na rito ang email na ito.
inbox-new = Bagong email para sa { $to }: { $subject }
inbox-no-subject = Walang paksa
inbox-all = Lahat ng email
inbox-from = Mula sa
inbox-to = Para sa
inbox-received = Natanggap
inbox-text = Text
inbox-html = HTML
inbox-source = Source
inbox-copy = Kopyahin
inbox-copy-code = Kopyahin ang code
inbox-copied = Nakopya na
inbox-no-copy = Hindi puwedeng kumopya rito
inbox-delete = I-delete
inbox-deleted = Na-delete na ang email
inbox-clear = I-delete lahat…
inbox-clear-title = I-delete ang lahat ng email?
inbox-clear-text = Walang ibang kopya ang mga ito.
inbox-clear-no = Huwag i-delete
inbox-clear-yes = I-delete lahat

way = Status ng pagpapadala
way-queued = Nakapila
way-attempt = Pagsubok { $number }
way-delivered = Naihatid na
way-retry = Susubukan ulit
way-failed = Hindi naihatid

relay = Relay
relay-accept = Tumatanggap
relay-refuse = Tumatanggi
relay-greylist = Gumagamit ng greylist
relay-stall = Hindi sumasagot
