### Ukrainian (Ukraine). Register: formal but warm, «ви» in lower case, as interfaces of consumer products
### have it; quotes are « », the apostrophe is ’, the dash is — between spaces (the first one no-break, but not after the code).

invalid-parameter = Дані введено з помилкою

send-later =
    { $minutes ->
        [one] Лист уже надіслано. Якщо він не надійде, спробуйте ще раз через { $minutes } хвилину
        [few] Лист уже надіслано. Якщо він не надійде, спробуйте ще раз через { $minutes } хвилини
        [many] Лист уже надіслано. Якщо він не надійде, спробуйте ще раз через { $minutes } хвилин
       *[other] Лист уже надіслано. Якщо він не надійде, спробуйте ще раз через { $minutes } хвилини
    }

send-limit = Забагато запитів на код. Спробуйте пізніше

unavailable = Сервіс тимчасово недоступний. Спробуйте пізніше

verify-first = Спершу отримайте код підтвердження

too-many-tries =
    { $minutes ->
        [one] Забагато спроб. Новий код можна буде отримати через { $minutes } хвилину
        [few] Забагато спроб. Новий код можна буде отримати через { $minutes } хвилини
        [many] Забагато спроб. Новий код можна буде отримати через { $minutes } хвилин
       *[other] Забагато спроб. Новий код можна буде отримати через { $minutes } хвилини
    }

wrong-code = Неправильний код. Перевірте його та спробуйте ще раз
