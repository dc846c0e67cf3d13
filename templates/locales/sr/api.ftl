### Serbian, Cyrillic (Serbia). Register: formal (ви), the norm for a service one doesn’t know; ви, ваш in lower case.
### Buttons in the singular imperative, as usual in software. U+00A0 before units. sr-Latn is this text, transliterated.

invalid-parameter = Унети подаци нису исправни

send-later =
    { $minutes ->
        [one] Имејл са кодом је већ послат. Ако не стигне, затражите нови код за { $minutes } минут
        [few] Имејл са кодом је већ послат. Ако не стигне, затражите нови код за { $minutes } минута
       *[other] Имејл са кодом је већ послат. Ако не стигне, затражите нови код за { $minutes } минута
    }

send-limit = Затражено је превише кодова. Покушајте поново касније

unavailable = Услуга је привремено недоступна. Покушајте поново касније

verify-first = Прво затражите верификациони код

too-many-tries =
    { $minutes ->
        [one] Превише неуспелих покушаја. Затражите нови код за { $minutes } минут
        [few] Превише неуспелих покушаја. Затражите нови код за { $minutes } минута
       *[other] Превише неуспелих покушаја. Затражите нови код за { $minutes } минута
    }

wrong-code = Код није исправан. Проверите га и покушајте поново
