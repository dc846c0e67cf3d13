### Swedish (Sweden, Finland). Register: du, the only natural one; “mejl” for the message, “e‑postadress” for the address.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

subject = { $code } är din verifieringskod för { $brand }
heading = Bekräfta din e‑postadress
intro = Ange den här koden för att slutföra registreringen hos { $brand }:
validity =
    { $minutes ->
        [0] Dela inte koden med någon. Den går ut om mindre än en minut.
        [one] Dela inte koden med någon. Den går ut om en minut.
       *[other] Dela inte koden med någon. Den går ut om { $minutes } minuter.
    }
ignore = Om du inte har bett om någon kod kan du lugnt bortse från det här mejlet.
