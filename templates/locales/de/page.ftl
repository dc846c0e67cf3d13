### German (Germany, Austria; Swiss readers would expect ss for ß). Register: formal (Sie), safe for a brand one doesn’t know.
### Typography: E‑Mail with U+2011; U+00A0 between a number and its unit, and before … where whole words are left out.

language = Sprache
title = Konto erstellen
lead = Geben Sie Ihre E‑Mail-Adresse ein. Wir senden Ihnen dann einen sechsstelligen Code.
email = E‑Mail-Adresse
send = Code senden
resend = Neuen Code senden
wait = Erneut senden in { $time }
ready = Sie können jetzt einen neuen Code anfordern.
sent = Wir haben einen Code an { $email } gesendet.
code = Code aus der E‑Mail
check = Bestätigen
incomplete = Geben Sie alle sechs Ziffern des Codes ein.
done = Ihre Adresse ist bestätigt
confirmed = Die Adresse { $email } gehört Ihnen. Sie können Ihre Registrierung jetzt fortsetzen.
again = Von vorn beginnen
reference = API-Referenz

error-unreachable = Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.
error-address = Das sieht nicht nach einer E‑Mail-Adresse aus. Prüfen Sie Ihre Eingabe und versuchen Sie es noch einmal.
error-later = Ein Code ist schon unterwegs. Sehen Sie auch im Spamordner nach oder fordern Sie nach Ablauf der Wartezeit einen neuen Code an.
error-limit = Es wurden zu viele Codes angefordert. Versuchen Sie es später noch einmal.
error-unavailable = Bei uns ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.
error-no-code = Dieser Code ist nicht mehr gültig. Fordern Sie einen neuen an.
error-tries = Zu viele falsche Codes. Fordern Sie nach Ablauf der Wartezeit einen neuen an.
error-code = Das ist nicht der richtige Code. Sehen Sie in der E‑Mail nach und versuchen Sie es noch einmal.

inbox = Posteingang
inbox-open = In neuem Tab öffnen
inbox-live = Live
inbox-lost = Verbindung unterbrochen, neuer Versuch läuft
inbox-count =
    { $count ->
        [0] Keine E‑Mails
        [one] { $count } E‑Mail
       *[other] { $count } E‑Mails
    }
inbox-more = Die neuesten { $shown } von { $total } werden angezeigt.
inbox-search = Suchen
inbox-no-match = Keine passenden E‑Mails.
inbox-empty = Noch keine E‑Mails
inbox-hint = Fordern Sie einen Code an. Die E‑Mail erscheint dann von selbst hier.
inbox-choose = Wählen Sie eine E‑Mail aus, um sie zu lesen.
inbox-gone = Diese E‑Mail ist nicht mehr vorhanden.
inbox-new = Neue E‑Mail an { $to }: { $subject }
inbox-no-subject = Kein Betreff
inbox-all = Alle E‑Mails
inbox-from = Von
inbox-to = An
inbox-received = Empfangen
inbox-text = Text
inbox-html = HTML
inbox-source = Quelltext
inbox-copy = Kopieren
inbox-copy-code = Code kopieren
inbox-copied = Kopiert
inbox-no-copy = Kopieren ist hier nicht möglich
inbox-delete = Löschen
inbox-deleted = E‑Mail gelöscht
inbox-clear = Alle löschen …
inbox-clear-title = Alle E‑Mails löschen?
inbox-clear-text = Sie sind nirgendwo sonst gespeichert.
inbox-clear-no = Behalten
inbox-clear-yes = Alle löschen

way = Zustellverlauf
way-queued = In der Warteschlange
way-attempt = Versuch { $number }
way-delivered = Zugestellt
way-retry = Wird erneut versucht
# Not “Aufgegeben”, which for mail means “posted”.
way-failed = Nicht zugestellt

relay = Relay
relay-accept = Nimmt an
relay-refuse = Lehnt ab
relay-greylist = Greylisting
relay-stall = Antwortet nicht
