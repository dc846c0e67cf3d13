### Danish (Denmark). Register: du, the only natural one; “mail” and “mailadresse”, as people say; commas before subordinate clauses.
### Typography: U+00A0 between a number and its unit, and before … where whole words are left out.

invalid-parameter = Oplysningerne er ikke gyldige
send-later =
    { $minutes ->
        [one] Vi har allerede sendt en mail. Hvis den ikke er kommet frem, kan du få en ny kode om ét minut
       *[other] Vi har allerede sendt en mail. Hvis den ikke er kommet frem, kan du få en ny kode om { $minutes } minutter
    }
send-limit = Der er bedt om for mange koder. Prøv igen senere
unavailable = Tjenesten er ikke tilgængelig lige nu. Prøv igen senere
verify-first = Der er ingen gyldig kode til denne adresse. Bed om en kode
too-many-tries =
    { $minutes ->
        [one] For mange mislykkede forsøg. Du kan få en ny kode om ét minut
       *[other] For mange mislykkede forsøg. Du kan få en ny kode om { $minutes } minutter
    }
wrong-code = Koden er forkert. Tjek den, og prøv igen
