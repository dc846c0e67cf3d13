### Bulgarian (Bulgaria). Register: polite plural, „вие“ in lower case, as in most software; buttons are
### verbal nouns; quotes are „ “.

language = Език
title = Създаване на профил
lead = Въведете имейл адреса си и ще ви изпратим шестцифрен код.
email = Имейл адрес
send = Изпращане на код
resend = Изпращане на нов код
wait = Нов код след { $time }
ready = Вече можете да поискате нов код.
sent = Изпратихме код на { $email }.
code = Код от имейла
check = Потвърждаване
incomplete = Въведете и шестте цифри на кода.
done = Адресът ви е потвърден
confirmed = { $email } е вашият адрес. Можете да продължите с регистрацията.
again = Започване отначало
reference = Документация на API

error-unreachable = Няма връзка с услугата. Проверете интернет връзката си и опитайте отново.
error-address = Това не прилича на имейл адрес. Проверете го и опитайте отново.
error-later = Вече ви изпратихме код. Проверете и папката „Спам“ или поискайте нов, когато изтече времето за изчакване.
error-limit = Поискани са твърде много кодове. Опитайте отново по-късно.
error-unavailable = Възникна проблем при нас. Опитайте отново след малко.
error-no-code = Този код вече не е валиден. Поискайте нов.
error-tries = Твърде много грешни кодове. Поискайте нов, когато изтече времето за изчакване.
error-code = Кодът не е верен. Проверете имейла и опитайте отново.

inbox = Входящи
inbox-open = Отваряне в нов раздел
inbox-live = На живо
inbox-lost = Връзката прекъсна, опитваме отново
inbox-count =
    { $count ->
        [0] Няма имейли
        [one] { $count } имейл
       *[other] { $count } имейла
    }
inbox-more = Показани са най-новите имейли: { $shown } от { $total }.
inbox-search = Търсене
inbox-no-match = Няма намерени имейли.
inbox-empty = Още няма имейли
inbox-hint = Поискайте код и имейлът ще се появи тук сам.
inbox-choose = Изберете имейл, за да го прочетете.
inbox-gone = Този имейл вече не е тук.
inbox-new = Нов имейл до { $to }: { $subject }
inbox-no-subject = Без тема
inbox-all = Всички имейли
inbox-from = От
inbox-to = До
inbox-received = Получен
inbox-text = Текст
inbox-html = HTML
inbox-source = Изходен код
inbox-copy = Копиране
inbox-copy-code = Копиране на кода
inbox-copied = Копирано
inbox-no-copy = Тук копирането не е възможно
inbox-delete = Изтриване
inbox-deleted = Имейлът е изтрит
inbox-clear = Изтриване на всички…
inbox-clear-title = Да се изтрият ли всички имейли?
inbox-clear-text = Те не се пазят никъде другаде.
inbox-clear-no = Запазване
inbox-clear-yes = Изтриване на всички

way = Път на имейла
way-queued = В опашката
way-attempt = Опит { $number }
way-delivered = Доставен
way-retry = Ще има нов опит
way-failed = Неуспешна доставка

relay = Пощенски релей
relay-accept = Приема
relay-refuse = Отхвърля
relay-greylist = Прилага сив списък
relay-stall = Не отговаря
