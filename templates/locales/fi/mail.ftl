### Finnish (Finland). Register: informal singular (sinä), as software usually is.
### Typography: U+00A0 between a number and its unit. The brand takes no ending: “palveluun” before it carries the case.

subject = { $code } on vahvistuskoodisi palveluun { $brand }
heading = Vahvista sähköpostiosoitteesi
intro = Viimeistele rekisteröitymisesi palveluun { $brand } syöttämällä tämä koodi:
validity =
    { $minutes ->
        [0] Älä kerro koodia kenellekään. Se vanhenee alle minuutin kuluttua.
        [one] Älä kerro koodia kenellekään. Se vanhenee minuutin kuluttua.
       *[other] Älä kerro koodia kenellekään. Se vanhenee { $minutes } minuutin kuluttua.
    }
ignore = Jos et pyytänyt tätä koodia, voit huoletta jättää viestin huomiotta.
