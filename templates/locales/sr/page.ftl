### Serbian, Cyrillic (Serbia). Register: formal (ви), the norm for a service one doesn’t know; ви, ваш in lower case.
### Buttons in the singular imperative, as usual in software. U+00A0 before units. sr-Latn is this text, transliterated.

language = Језик
title = Направи налог
lead = Унесите своју имејл адресу и послаћемо вам шестоцифрени код.
email = Имејл адреса
send = Пошаљи код
resend = Пошаљи нови код
wait = Пошаљи поново за { $time }
ready = Сада можете да затражите нови код.
sent = Послали смо код на адресу { $email }.
code = Код из имејла
check = Потврди
incomplete = Унесите свих шест цифара кода.
done = Ваша адреса је потврђена
confirmed = Адреса { $email } је ваша. Можете да наставите регистрацију.
again = Почни испочетка
reference = Документација за API

error-unreachable = Повезивање са услугом није успело. Проверите везу и покушајте поново.
error-address = Ово не изгледа као имејл адреса. Проверите је и покушајте поново.
error-later = Код је већ на путу. Проверите и фолдер са непожељном поштом или затражите нови код кад истекне одбројавање.
error-limit = Затражено је превише кодова. Покушајте поново касније.
error-unavailable = Дошло је до грешке на нашој страни. Покушајте поново за који тренутак.
error-no-code = Овај код више не важи. Затражите нови.
error-tries = Превише погрешних кодова. Затражите нови кад истекне одбројавање.
error-code = Код није исправан. Проверите имејл и покушајте поново.

inbox = Пријемно сандуче
inbox-open = Отвори на новој картици
inbox-live = Уживо
inbox-lost = Веза је прекинута, покушавамо поново
inbox-count =
    { $count ->
        [0] Нема порука
        [one] { $count } порука
        [few] { $count } поруке
       *[other] { $count } порука
    }
inbox-more = Најновије поруке: приказано { $shown } од { $total }.
inbox-search = Претрага
inbox-no-match = Нема одговарајућих порука.
inbox-empty = Још нема порука
inbox-hint = Затражите код и порука ће се сама појавити овде.
inbox-choose = Изаберите поруку коју желите да прочитате.
inbox-gone = Ове поруке више нема.
inbox-new = Нова порука за { $to }: { $subject }
inbox-no-subject = Без наслова
inbox-all = Све поруке
inbox-from = Од
inbox-to = За
inbox-received = Примљено
inbox-text = Текст
inbox-html = HTML
inbox-source = Извор
inbox-copy = Копирај
inbox-copy-code = Копирај код
inbox-copied = Копирано
inbox-no-copy = Копирање овде није могуће
inbox-delete = Избриши
inbox-deleted = Порука је избрисана
inbox-clear = Избриши све…
inbox-clear-title = Желите ли да избришете све поруке?
inbox-clear-text = Нису сачуване нигде другде.
inbox-clear-no = Задржи
inbox-clear-yes = Избриши све

way = Пут поруке
way-queued = У реду чекања
way-attempt = { $number }. покушај
way-delivered = Испоручено
way-retry = Следи нови покушај
way-failed = Није испоручено

relay = Релејни сервер
relay-accept = Прихвата
relay-refuse = Одбија
relay-greylist = Користи сиву листу
relay-stall = Не одговара
