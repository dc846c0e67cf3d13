### Norwegian Bokmål (Norway). Register: du, the only natural one.
### Typography: e‑post with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

invalid-parameter = Opplysningene er ikke gyldige
send-later =
    { $minutes ->
        [one] Vi har allerede sendt en e‑post. Hvis den ikke har kommet fram, kan du få en ny kode om ett minutt
       *[other] Vi har allerede sendt en e‑post. Hvis den ikke har kommet fram, kan du få en ny kode om { $minutes } minutter
    }
send-limit = Det er bedt om for mange koder. Prøv igjen senere
unavailable = Tjenesten er ikke tilgjengelig akkurat nå. Prøv igjen senere
verify-first = Det finnes ingen gyldig kode for denne adressen. Be om en kode
too-many-tries =
    { $minutes ->
        [one] For mange mislykkede forsøk. Du kan få en ny kode om ett minutt
       *[other] For mange mislykkede forsøk. Du kan få en ny kode om { $minutes } minutter
    }
wrong-code = Koden er feil. Sjekk den og prøv igjen
