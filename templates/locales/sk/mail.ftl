### Slovak (Slovakia). Register: formal (vykanie), the norm for a service one doesn’t know; vy, váš in lower case.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

subject = { $code } je váš overovací kód { $brand }

heading = Potvrďte svoju e‑mailovú adresu

intro = Zadajte tento kód a dokončite registráciu v službe { $brand }:

validity =
    { $minutes ->
        [0] Kód nikomu neprezrádzajte. Jeho platnosť sa skončí o necelú minútu.
        [one] Kód nikomu neprezrádzajte. Jeho platnosť sa skončí o { $minutes } minútu.
        [few] Kód nikomu neprezrádzajte. Jeho platnosť sa skončí o { $minutes } minúty.
       *[other] Kód nikomu neprezrádzajte. Jeho platnosť sa skončí o { $minutes } minút.
    }

ignore = Ak ste o kód nežiadali, môžete tento e‑mail pokojne ignorovať.
