### Estonian (Estonia). Register: polite “teie”, as the brand is unknown; buttons are bare imperatives, as
### usual in software; quotes are „ “, “e‑post” and “e‑kiri” have a no-break hyphen.

subject = { $code } on teenuse { $brand } kinnituskood

heading = Kinnitage oma e‑posti aadress

intro = Et registreerumine teenuses { $brand } lõpule viia, sisestage see kood:

validity =
    { $minutes ->
        [0] Ärge avaldage seda koodi kellelegi. See aegub vähem kui minuti pärast.
        [one] Ärge avaldage seda koodi kellelegi. See aegub { $minutes } minuti pärast.
       *[other] Ärge avaldage seda koodi kellelegi. See aegub { $minutes } minuti pärast.
    }

ignore = Kui te koodi ei küsinud, võite selle e‑kirja rahulikult tähelepanuta jätta.
