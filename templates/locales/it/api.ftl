### Italian (Italy). Register: informal (tu), the usual one of consumer products; email is feminine, without hyphen.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

invalid-parameter = I dati inseriti non sono validi

send-later =
    { $minutes ->
        [one] Ti abbiamo già inviato un’email; se non l’hai ricevuta, richiedi un nuovo codice tra { $minutes } minuto
       *[other] Ti abbiamo già inviato un’email; se non l’hai ricevuta, richiedi un nuovo codice tra { $minutes } minuti
    }

send-limit = Sono stati richiesti troppi codici, riprova più tardi

unavailable = Servizio temporaneamente non disponibile, riprova più tardi

verify-first = Richiedi un codice di verifica

too-many-tries =
    { $minutes ->
        [one] Troppi tentativi, richiedi un nuovo codice tra { $minutes } minuto
       *[other] Troppi tentativi, richiedi un nuovo codice tra { $minutes } minuti
    }

wrong-code = Codice errato, controllalo e riprova
