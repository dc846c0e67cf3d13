### Icelandic (Iceland). Register: þú, the only natural one.
### Typography: U+00A0 between a number and its unit. The category one also holds 21, 31 and so on, so it shows the number.

subject = { $code } er staðfestingarkóðinn þinn fyrir { $brand }
heading = Staðfestu netfangið þitt
intro = Sláðu inn þennan kóða til að ljúka nýskráningu hjá { $brand }:
validity =
    { $minutes ->
        [0] Ekki deila þessum kóða með neinum. Hann rennur út innan mínútu.
        [one] Ekki deila þessum kóða með neinum. Hann rennur út eftir { $minutes } mínútu.
       *[other] Ekki deila þessum kóða með neinum. Hann rennur út eftir { $minutes } mínútur.
    }
ignore = Ef þú baðst ekki um þennan kóða er þér óhætt að hunsa þennan tölvupóst.
