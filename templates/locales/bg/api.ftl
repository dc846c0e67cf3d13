### Bulgarian (Bulgaria). Register: polite plural, „вие“ in lower case, as in most software; buttons are
### verbal nouns; quotes are „ “.

invalid-parameter = Въведените данни не са валидни

send-later =
    { $minutes ->
        [one] Имейлът вече е изпратен. Ако не го получите, опитайте отново след { $minutes } минута
       *[other] Имейлът вече е изпратен. Ако не го получите, опитайте отново след { $minutes } минути
    }

send-limit = Поискани са твърде много кодове. Опитайте отново по-късно

unavailable = Услугата временно не е достъпна. Опитайте отново по-късно

verify-first = Първо поискайте код за потвърждение

too-many-tries =
    { $minutes ->
        [one] Твърде много опити. Поискайте нов код след { $minutes } минута
       *[other] Твърде много опити. Поискайте нов код след { $minutes } минути
    }

wrong-code = Грешен код. Проверете го и опитайте отново
