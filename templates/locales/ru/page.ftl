### Russian (Russia). Register: formal but warm, «вы» in lower case, as interfaces of consumer products
### have it; ё is written, quotes are « », the dash is — between spaces (the first one no-break, but not after the code).

language = Язык
title = Создать аккаунт
lead = Введите адрес электронной почты, и мы отправим вам шестизначный код.
email = Адрес электронной почты
send = Получить код
resend = Получить новый код
wait = Новый код через { $time }
ready = Теперь можно запросить новый код.
sent = Мы отправили код на адрес { $email }.
code = Код из письма
check = Подтвердить
incomplete = Введите все шесть цифр кода.
done = Адрес подтверждён
confirmed = Мы убедились, что { $email } — ваш адрес. Можно продолжить регистрацию.
again = Начать заново
reference = Справочник по API

error-unreachable = Не удалось связаться с сервисом. Проверьте подключение к интернету и попробуйте ещё раз.
error-address = Это не похоже на адрес электронной почты. Проверьте его и попробуйте ещё раз.
error-later = Код уже отправлен. Загляните и в папку «Спам», а если письма нет, запросите новый код, когда закончится время ожидания.
error-limit = Слишком много запросов кода. Попробуйте позже.
error-unavailable = На нашей стороне произошла ошибка. Попробуйте ещё раз чуть позже.
error-no-code = Этот код больше не действует. Запросите новый.
error-tries = Неверный код введён слишком много раз. Запросите новый, когда закончится время ожидания.
error-code = Неверный код. Проверьте письмо и попробуйте ещё раз.

inbox = Входящие
inbox-open = Открыть в новой вкладке
inbox-live = Автообновление
inbox-lost = Соединение потеряно, подключаемся снова
inbox-count =
    { $count ->
        [0] Писем нет
        [one] { $count } письмо
        [few] { $count } письма
        [many] { $count } писем
       *[other] { $count } письма
    }
inbox-more = Показаны последние письма: { $shown } из { $total }.
inbox-search = Поиск
inbox-no-match = Ничего не найдено.
inbox-empty = Писем пока нет
inbox-hint = Запросите код, и письмо с ним само появится здесь.
inbox-choose = Выберите письмо, чтобы прочитать его.
inbox-gone = Этого письма здесь уже нет.
inbox-new = Новое письмо на адрес { $to }: { $subject }
inbox-no-subject = Без темы
inbox-all = Все письма
inbox-from = От кого
inbox-to = Кому
inbox-received = Получено
inbox-text = Текст
inbox-html = HTML
inbox-source = Исходный код
inbox-copy = Копировать
inbox-copy-code = Копировать код
inbox-copied = Скопировано
inbox-no-copy = Здесь копирование недоступно
inbox-delete = Удалить
inbox-deleted = Письмо удалено
inbox-clear = Удалить все…
inbox-clear-title = Удалить все письма?
inbox-clear-text = Больше они нигде не хранятся.
inbox-clear-no = Не удалять
inbox-clear-yes = Удалить все

way = Путь письма
way-queued = В очереди
way-attempt = Попытка { $number }
way-delivered = Доставлено
way-retry = Будет ещё одна попытка
way-failed = Доставить не удалось

relay = SMTP-релей
relay-accept = Принимает
relay-refuse = Отклоняет
relay-greylist = Применяет грейлистинг
relay-stall = Не отвечает
