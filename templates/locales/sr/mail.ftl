### Serbian, Cyrillic (Serbia). Register: formal (ви), the norm for a service one doesn’t know; ви, ваш in lower case.
### Buttons in the singular imperative, as usual in software. U+00A0 before units. sr-Latn is this text, transliterated.

subject = { $code } је ваш верификациони код за услугу { $brand }

heading = Потврдите своју имејл адресу

intro = Унесите овај код да бисте завршили регистрацију за услугу { $brand }:

validity =
    { $minutes ->
        [0] Никоме не откривајте овај код. Истиче за мање од једног минута.
        [one] Никоме не откривајте овај код. Истиче за { $minutes } минут.
        [few] Никоме не откривајте овај код. Истиче за { $minutes } минута.
       *[other] Никоме не откривајте овај код. Истиче за { $minutes } минута.
    }

ignore = Ако нисте ви тражили овај код, слободно занемарите овај имејл.
