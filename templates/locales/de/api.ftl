### German (Germany, Austria; Swiss readers would expect ss for ß). Register: formal (Sie), safe for a brand one doesn’t know.
### Typography: E‑Mail with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

invalid-parameter = Ihre Eingabe ist ungültig
send-later =
    { $minutes ->
        [one] Wir haben bereits eine E‑Mail gesendet. Falls sie nicht angekommen ist, können Sie in einer Minute einen neuen Code anfordern
       *[other] Wir haben bereits eine E‑Mail gesendet. Falls sie nicht angekommen ist, können Sie in { $minutes } Minuten einen neuen Code anfordern
    }
send-limit = Es wurden zu viele Codes angefordert. Bitte versuchen Sie es später noch einmal
unavailable = Der Dienst ist vorübergehend nicht verfügbar. Bitte versuchen Sie es später noch einmal
verify-first = Für diese Adresse gibt es keinen gültigen Code. Bitte fordern Sie einen an
too-many-tries =
    { $minutes ->
        [one] Zu viele Fehlversuche. Bitte fordern Sie in einer Minute einen neuen Code an
       *[other] Zu viele Fehlversuche. Bitte fordern Sie in { $minutes } Minuten einen neuen Code an
    }
wrong-code = Der Code ist nicht richtig. Bitte prüfen Sie ihn und versuchen Sie es noch einmal
