invalid-parameter = Ungültiger Parameter
send-later =
    { $minutes ->
        [one] Die E-Mail wurde bereits gesendet. Falls sie nicht ankommt, fordern Sie sie bitte in { $minutes } Minute erneut an
       *[other] Die E-Mail wurde bereits gesendet. Falls sie nicht ankommt, fordern Sie sie bitte in { $minutes } Minuten erneut an
    }
send-limit = Zu viele Codes angefordert. Bitte versuchen Sie es später erneut
unavailable = Der Dienst ist vorübergehend nicht verfügbar. Bitte versuchen Sie es später erneut

verify-first = Bitte fordern Sie zuerst einen Bestätigungscode an

too-many-tries = Zu viele Versuche. Bitte fordern Sie in { $minutes ->
    [one] { $minutes } Minute
   *[other] { $minutes } Minuten
} einen neuen Code an

wrong-code = Bitte überprüfen Sie den Bestätigungscode
