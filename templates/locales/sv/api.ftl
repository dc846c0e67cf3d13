### Swedish (Sweden, Finland). Register: du, the only natural one; “mejl” for the message, “e‑postadress” for the address.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

invalid-parameter = Uppgifterna du angav är inte giltiga
send-later =
    { $minutes ->
        [one] Vi har redan skickat ett mejl. Om det inte har kommit fram kan du få en ny kod om en minut
       *[other] Vi har redan skickat ett mejl. Om det inte har kommit fram kan du få en ny kod om { $minutes } minuter
    }
send-limit = För många koder har begärts. Försök igen senare
unavailable = Tjänsten är inte tillgänglig just nu. Försök igen senare
verify-first = Det finns ingen giltig kod för den här adressen. Be om en kod
too-many-tries =
    { $minutes ->
        [one] För många felaktiga försök. Du kan få en ny kod om en minut
       *[other] För många felaktiga försök. Du kan få en ny kod om { $minutes } minuter
    }
wrong-code = Koden stämmer inte. Kontrollera den och försök igen
