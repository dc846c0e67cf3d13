### Danish (Denmark). Register: du, the only natural one; “mail” and “mailadresse”, as people say; commas before subordinate clauses.
### Typography: U+00A0 between a number and its unit, and before … where whole words are left out.

subject = { $code } er din bekræftelseskode til { $brand }
heading = Bekræft din mailadresse
intro = Indtast denne kode for at fuldføre din registrering hos { $brand }:
validity =
    { $minutes ->
        [0] Del ikke koden med nogen. Den udløber om mindre end et minut.
        [one] Del ikke koden med nogen. Den udløber om ét minut.
       *[other] Del ikke koden med nogen. Den udløber om { $minutes } minutter.
    }
ignore = Hvis du ikke har bedt om koden, kan du roligt se bort fra denne mail.
