### Russian (Russia). Register: formal but warm, «вы» in lower case, as interfaces of consumer products
### have it; ё is written, quotes are « », the dash is — between spaces (the first one no-break, but not after the code).

subject = { $code } — ваш код подтверждения для сервиса { $brand }

heading = Подтвердите адрес электронной почты

intro = Введите этот код, чтобы завершить регистрацию в сервисе { $brand }:

validity =
    { $minutes ->
        [0] Никому не сообщайте этот код. Он перестанет действовать меньше чем через минуту.
        [one] Никому не сообщайте этот код. Он действует { $minutes } минуту.
        [few] Никому не сообщайте этот код. Он действует { $minutes } минуты.
        [many] Никому не сообщайте этот код. Он действует { $minutes } минут.
       *[other] Никому не сообщайте этот код. Он действует { $minutes } минуты.
    }

ignore = Если вы не запрашивали код, просто проигнорируйте это письмо.
