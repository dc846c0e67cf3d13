### Catalan. Register: informal (tu), as Google and Apple do; buttons in the imperative, the custom of Catalan software.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit. “per a” before the brand, as “de” would have to elide.

subject = { $code } és el teu codi de verificació per a { $brand }

heading = Confirma la teva adreça electrònica

intro = Introdueix aquest codi per completar el registre a { $brand }:

validity =
    { $minutes ->
        [0] No comparteixis aquest codi amb ningú. Caduca d’aquí a menys d’un minut.
        [one] No comparteixis aquest codi amb ningú. Caduca d’aquí a { $minutes } minut.
       *[other] No comparteixis aquest codi amb ningú. Caduca d’aquí a { $minutes } minuts.
    }

ignore = Si no has demanat aquest codi, pots ignorar aquest correu sense cap problema.
