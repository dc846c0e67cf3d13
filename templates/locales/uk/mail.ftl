### Ukrainian (Ukraine). Register: formal but warm, «ви» in lower case, as interfaces of consumer products
### have it; quotes are « », the apostrophe is ’, the dash is — between spaces (the first one no-break, but not after the code).

subject = { $code } — ваш код підтвердження для сервісу { $brand }

heading = Підтвердьте адресу електронної пошти

intro = Введіть цей код, щоб завершити реєстрацію в сервісі { $brand }:

validity =
    { $minutes ->
        [0] Нікому не повідомляйте цей код. Він перестане діяти менш ніж за хвилину.
        [one] Нікому не повідомляйте цей код. Він діє { $minutes } хвилину.
        [few] Нікому не повідомляйте цей код. Він діє { $minutes } хвилини.
        [many] Нікому не повідомляйте цей код. Він діє { $minutes } хвилин.
       *[other] Нікому не повідомляйте цей код. Він діє { $minutes } хвилини.
    }

ignore = Якщо ви не запитували код, просто проігноруйте цей лист.
