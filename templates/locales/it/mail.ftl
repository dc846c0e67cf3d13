### Italian (Italy). Register: informal (tu), the usual one of consumer products; email is feminine, without hyphen.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

subject = { $code } è il tuo codice di verifica { $brand }

heading = Conferma il tuo indirizzo email

intro = Inserisci questo codice per completare la registrazione su { $brand }:

validity =
    { $minutes ->
        [0] Non condividere questo codice con nessuno. Scade tra meno di un minuto.
        [one] Non condividere questo codice con nessuno. Scade tra { $minutes } minuto.
       *[other] Non condividere questo codice con nessuno. Scade tra { $minutes } minuti.
    }

ignore = Se non hai richiesto questo codice, puoi tranquillamente ignorare questa email.
