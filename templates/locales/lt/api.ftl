### Lithuanian (Lithuania). Register: polite plural, „jūs“ in lower case; buttons are infinitives; quotes
### are „ “ (names of companies take them, which also spares them an ending), the dash is –.

invalid-parameter = Įvesti netinkami duomenys

send-later =
    { $minutes ->
        [one] Laiškas jau išsiųstas. Jei jo negausite, bandykite dar kartą po { $minutes } minutės
        [few] Laiškas jau išsiųstas. Jei jo negausite, bandykite dar kartą po { $minutes } minučių
       *[other] Laiškas jau išsiųstas. Jei jo negausite, bandykite dar kartą po { $minutes } minučių
    }

send-limit = Paprašyta per daug kodų. Bandykite vėliau

unavailable = Paslauga laikinai neveikia. Bandykite vėliau

verify-first = Pirmiausia paprašykite patvirtinimo kodo

too-many-tries =
    { $minutes ->
        [one] Per daug bandymų. Naujo kodo paprašykite po { $minutes } minutės
        [few] Per daug bandymų. Naujo kodo paprašykite po { $minutes } minučių
       *[other] Per daug bandymų. Naujo kodo paprašykite po { $minutes } minučių
    }

wrong-code = Neteisingas kodas. Patikrinkite jį ir bandykite dar kartą
