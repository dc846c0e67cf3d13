### Czech (Czechia). Register: formal (vykání), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

subject = { $code } je váš ověřovací kód { $brand }

heading = Potvrďte svou e‑mailovou adresu

intro = Zadejte tento kód a dokončete registraci ve službě { $brand }:

validity =
    { $minutes ->
        [0] Kód nikomu nesdělujte. Jeho platnost vyprší za necelou minutu.
        [one] Kód nikomu nesdělujte. Jeho platnost vyprší za { $minutes } minutu.
        [few] Kód nikomu nesdělujte. Jeho platnost vyprší za { $minutes } minuty.
       *[other] Kód nikomu nesdělujte. Jeho platnost vyprší za { $minutes } minut.
    }

ignore = Pokud jste o kód nežádali, můžete tento e‑mail klidně ignorovat.
