### Bulgarian (Bulgaria). Register: polite plural, „вие“ in lower case, as in most software; buttons are
### verbal nouns; quotes are „ “.

# “от” and “за” stand before the brand because “в” and “с” would change with its first letter.
subject = { $code } е вашият код за потвърждение от { $brand }

heading = Потвърдете имейл адреса си

intro = Въведете този код, за да завършите регистрацията си за { $brand }:

validity =
    { $minutes ->
        [0] Не споделяйте този код с никого. Той изтича след по-малко от минута.
        [one] Не споделяйте този код с никого. Той изтича след { $minutes } минута.
       *[other] Не споделяйте този код с никого. Той изтича след { $minutes } минути.
    }

ignore = Ако не сте поискали код, можете спокойно да пренебрегнете този имейл.
