### Polish (Poland). Register: informal (ty), as consumer products write; Ty, Twój, Ci capitalised.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

invalid-parameter = Podane dane są nieprawidłowe

send-later =
    { $minutes ->
        [one] Wiadomość z kodem została już wysłana. Jeśli nie dotrze, poproś o nowy kod za { $minutes } minutę
        [few] Wiadomość z kodem została już wysłana. Jeśli nie dotrze, poproś o nowy kod za { $minutes } minuty
        [many] Wiadomość z kodem została już wysłana. Jeśli nie dotrze, poproś o nowy kod za { $minutes } minut
       *[other] Wiadomość z kodem została już wysłana. Jeśli nie dotrze, poproś o nowy kod za { $minutes } minuty
    }

send-limit = Zbyt wiele próśb o kod. Spróbuj ponownie później

unavailable = Serwis jest chwilowo niedostępny. Spróbuj ponownie później

verify-first = Najpierw poproś o kod weryfikacyjny

too-many-tries =
    { $minutes ->
        [one] Zbyt wiele nieudanych prób. Poproś o nowy kod za { $minutes } minutę
        [few] Zbyt wiele nieudanych prób. Poproś o nowy kod za { $minutes } minuty
        [many] Zbyt wiele nieudanych prób. Poproś o nowy kod za { $minutes } minut
       *[other] Zbyt wiele nieudanych prób. Poproś o nowy kod za { $minutes } minuty
    }

wrong-code = Nieprawidłowy kod. Sprawdź go i spróbuj ponownie
