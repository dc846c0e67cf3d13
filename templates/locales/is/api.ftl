### Icelandic (Iceland). Register: þú, the only natural one.
### Typography: U+00A0 between a number and its unit. The category one also holds 21, 31 and so on, so it shows the number.

invalid-parameter = Upplýsingarnar eru ekki gildar
send-later =
    { $minutes ->
        [one] Við höfum þegar sent tölvupóst. Ef hann hefur ekki borist geturðu beðið um nýjan kóða eftir { $minutes } mínútu
       *[other] Við höfum þegar sent tölvupóst. Ef hann hefur ekki borist geturðu beðið um nýjan kóða eftir { $minutes } mínútur
    }
send-limit = Beðið hefur verið um of marga kóða. Reyndu aftur síðar
unavailable = Þjónustan er ekki tiltæk eins og er. Reyndu aftur síðar
verify-first = Enginn gildur kóði er til fyrir þetta netfang. Biddu um kóða
too-many-tries =
    { $minutes ->
        [one] Of margar misheppnaðar tilraunir. Biddu um nýjan kóða eftir { $minutes } mínútu
       *[other] Of margar misheppnaðar tilraunir. Biddu um nýjan kóða eftir { $minutes } mínútur
    }
wrong-code = Kóðinn er ekki réttur. Athugaðu hann og reyndu aftur
