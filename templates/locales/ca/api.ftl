### Catalan. Register: informal (tu), as Google and Apple do; buttons in the imperative, the custom of Catalan software.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit. “per a” before the brand, as “de” would have to elide.

invalid-parameter = Les dades introduïdes no són vàlides

send-later =
    { $minutes ->
        [one] Ja t’hem enviat un correu; si no t’ha arribat, demana un altre codi d’aquí a { $minutes } minut
       *[other] Ja t’hem enviat un correu; si no t’ha arribat, demana un altre codi d’aquí a { $minutes } minuts
    }

send-limit = S’han demanat massa codis; torna-ho a provar més tard

unavailable = El servei no està disponible en aquest moment; torna-ho a provar més tard

verify-first = Demana un codi de verificació

too-many-tries =
    { $minutes ->
        [one] Massa intents; demana un altre codi d’aquí a { $minutes } minut
       *[other] Massa intents; demana un altre codi d’aquí a { $minutes } minuts
    }

wrong-code = El codi no és correcte; revisa’l i torna-ho a provar
