### Lithuanian (Lithuania). Register: polite plural, „jūs“ in lower case; buttons are infinitives; quotes
### are „ “ (names of companies take them, which also spares them an ending), the dash is –.

subject = { $code } – jūsų „{ $brand }“ patvirtinimo kodas

heading = Patvirtinkite el. pašto adresą

intro = Įveskite šį kodą, kad baigtumėte kurti „{ $brand }“ paskyrą:

validity =
    { $minutes ->
        [0] Niekam neatskleiskite šio kodo. Jis galioja trumpiau nei minutę.
        [one] Niekam neatskleiskite šio kodo. Jis galioja { $minutes } minutę.
        [few] Niekam neatskleiskite šio kodo. Jis galioja { $minutes } minutes.
       *[other] Niekam neatskleiskite šio kodo. Jis galioja { $minutes } minučių.
    }

ignore = Jei kodo neprašėte, tiesiog nekreipkite dėmesio į šį laišką.
