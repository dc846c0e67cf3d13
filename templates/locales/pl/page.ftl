### Polish (Poland). Register: informal (ty), as consumer products write; Ty, Twój, Ci capitalised.
### U+2011 in e-mail; U+00A0 before units and after one-letter words.

language = Język
title = Utwórz konto
lead = Podaj swój adres e‑mail, a wyślemy Ci sześciocyfrowy kod.
email = Adres e‑mail
send = Wyślij kod
resend = Wyślij nowy kod
wait = Wyślij ponownie za { $time }
ready = Możesz już poprosić o nowy kod.
sent = Wysłaliśmy kod na adres { $email }.
code = Kod z e‑maila
check = Potwierdź
incomplete = Wpisz wszystkie sześć cyfr kodu.
done = Adres został potwierdzony
confirmed = Adres { $email } należy do Ciebie. Możesz kontynuować rejestrację.
again = Zacznij od nowa
reference = Dokumentacja API

error-unreachable = Nie można połączyć się z serwisem. Sprawdź połączenie i spróbuj ponownie.
error-address = To nie wygląda na adres e‑mail. Sprawdź go i spróbuj ponownie.
error-later = Kod jest już w drodze. Sprawdź też folder Spam albo poproś o nowy kod, gdy minie czas oczekiwania.
error-limit = Zbyt wiele próśb o kod. Spróbuj ponownie później.
error-unavailable = Coś poszło nie tak po naszej stronie. Spróbuj ponownie za chwilę.
error-no-code = Ten kod już nie działa. Poproś o nowy.
error-tries = Zbyt wiele błędnych kodów. Poproś o nowy, gdy minie czas oczekiwania.
error-code = Nieprawidłowy kod. Zajrzyj do e‑maila i spróbuj ponownie.

inbox = Skrzynka odbiorcza
inbox-open = Otwórz w nowej karcie
inbox-live = Na żywo
inbox-lost = Utracono połączenie, ponawiamy próbę
inbox-count =
    { $count ->
        [0] Brak wiadomości
        [one] { $count } wiadomość
        [few] { $count } wiadomości
        [many] { $count } wiadomości
       *[other] { $count } wiadomości
    }
inbox-more = Najnowsze wiadomości: { $shown } z { $total }.
inbox-search = Szukaj
inbox-no-match = Brak pasujących wiadomości.
inbox-empty = Nie ma jeszcze wiadomości
inbox-hint = Poproś o kod, a wiadomość sama się tu pojawi.
inbox-choose = Wybierz wiadomość, aby ją przeczytać.
inbox-gone = Tej wiadomości już tu nie ma.
inbox-new = Nowa wiadomość do { $to }: { $subject }
inbox-no-subject = Brak tematu
inbox-all = Wszystkie wiadomości
inbox-from = Od
inbox-to = Do
inbox-received = Odebrano
inbox-text = Tekst
inbox-html = HTML
inbox-source = Źródło
inbox-copy = Kopiuj
inbox-copy-code = Kopiuj kod
inbox-copied = Skopiowano
inbox-no-copy = Tutaj nie można kopiować
inbox-delete = Usuń
inbox-deleted = Usunięto wiadomość
inbox-clear = Usuń wszystkie…
inbox-clear-title = Usunąć wszystkie wiadomości?
inbox-clear-text = Nie ma ich nigdzie indziej.
inbox-clear-no = Zachowaj
inbox-clear-yes = Usuń wszystkie

way = Droga wiadomości
way-queued = W kolejce
way-attempt = Próba { $number }
way-delivered = Dostarczono
way-retry = Nastąpi kolejna próba
way-failed = Nie dostarczono

relay = Serwer przekazujący
relay-accept = Przyjmuje
relay-refuse = Odrzuca
relay-greylist = Stosuje greylisting
relay-stall = Nie odpowiada
