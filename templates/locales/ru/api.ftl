### Russian (Russia). Register: formal but warm, «вы» in lower case, as interfaces of consumer products
### have it; ё is written, quotes are « », the dash is — between spaces (the first one no-break, but not after the code).

invalid-parameter = Данные введены с ошибкой

send-later =
    { $minutes ->
        [one] Письмо уже отправлено. Если оно не придёт, запросите код ещё раз через { $minutes } минуту
        [few] Письмо уже отправлено. Если оно не придёт, запросите код ещё раз через { $minutes } минуты
        [many] Письмо уже отправлено. Если оно не придёт, запросите код ещё раз через { $minutes } минут
       *[other] Письмо уже отправлено. Если оно не придёт, запросите код ещё раз через { $minutes } минуты
    }

send-limit = Слишком много запросов кода. Попробуйте позже

unavailable = Сервис временно недоступен. Попробуйте позже

verify-first = Сначала запросите код подтверждения

too-many-tries =
    { $minutes ->
        [one] Слишком много попыток. Запросите новый код через { $minutes } минуту
        [few] Слишком много попыток. Запросите новый код через { $minutes } минуты
        [many] Слишком много попыток. Запросите новый код через { $minutes } минут
       *[other] Слишком много попыток. Запросите новый код через { $minutes } минуты
    }

wrong-code = Неверный код. Проверьте его и попробуйте ещё раз
