### Ukrainian (Ukraine). Register: formal but warm, «ви» in lower case, as interfaces of consumer products
### have it; quotes are « », the apostrophe is ’, the dash is — between spaces (the first one no-break, but not after the code).

language = Мова
title = Створити обліковий запис
lead = Введіть адресу електронної пошти, і ми надішлемо вам шестизначний код.
email = Адреса електронної пошти
send = Отримати код
resend = Отримати новий код
wait = Новий код через { $time }
ready = Тепер можна отримати новий код.
sent = Ми надіслали код на адресу { $email }.
code = Код із листа
check = Підтвердити
incomplete = Введіть усі шість цифр коду.
done = Адресу підтверджено
confirmed = Ми переконалися, що { $email } — ваша адреса. Можна продовжити реєстрацію.
again = Почати знову
reference = Довідник з API

error-unreachable = Не вдалося зв’язатися із сервісом. Перевірте з’єднання з інтернетом і спробуйте ще раз.
error-address = Це не схоже на адресу електронної пошти. Перевірте її та спробуйте ще раз.
error-later = Код уже надіслано. Зазирніть і в папку «Спам», а якщо листа немає, отримайте новий код, коли мине час очікування.
error-limit = Забагато запитів на код. Спробуйте пізніше.
error-unavailable = На нашому боці сталася помилка. Спробуйте ще раз трохи згодом.
error-no-code = Цей код більше не діє. Отримайте новий.
error-tries = Неправильний код введено забагато разів. Отримайте новий, коли мине час очікування.
error-code = Неправильний код. Перевірте лист і спробуйте ще раз.

inbox = Вхідні
inbox-open = Відкрити в новій вкладці
inbox-live = Автооновлення
inbox-lost = З’єднання втрачено, підключаємося знову
inbox-count =
    { $count ->
        [0] Листів немає
        [one] { $count } лист
        [few] { $count } листи
        [many] { $count } листів
       *[other] { $count } листа
    }
inbox-more = Показано останні листи: { $shown } із { $total }.
inbox-search = Пошук
inbox-no-match = Нічого не знайдено.
inbox-empty = Листів ще немає
inbox-hint = Надішліть запит на код, і лист сам з’явиться тут.
inbox-choose = Виберіть лист, щоб прочитати його.
inbox-gone = Цього листа тут уже немає.
inbox-new = Новий лист на адресу { $to }: { $subject }
inbox-no-subject = Без теми
inbox-all = Усі листи
inbox-from = Від кого
inbox-to = Кому
inbox-received = Отримано
inbox-text = Текст
inbox-html = HTML
inbox-source = Вихідний код
inbox-copy = Копіювати
inbox-copy-code = Копіювати код
inbox-copied = Скопійовано
inbox-no-copy = Тут копіювання недоступне
inbox-delete = Видалити
inbox-deleted = Лист видалено
inbox-clear = Видалити всі…
inbox-clear-title = Видалити всі листи?
inbox-clear-text = Більше вони ніде не зберігаються.
inbox-clear-no = Не видаляти
inbox-clear-yes = Видалити всі

way = Шлях листа
way-queued = У черзі
way-attempt = Спроба { $number }
way-delivered = Доставлено
way-retry = Буде ще одна спроба
way-failed = Доставити не вдалося

relay = SMTP-релей
relay-accept = Приймає
relay-refuse = Відхиляє
relay-greylist = Застосовує грейлістинг
relay-stall = Не відповідає
