### Finnish (Finland). Register: informal singular (sinä), as software usually is.
### Typography: U+00A0 between a number and its unit. The brand takes no ending: “palveluun” before it carries the case.

invalid-parameter = Antamasi tiedot eivät kelpaa
send-later =
    { $minutes ->
        [one] Sähköpostiviesti on jo lähetetty. Jos se ei ole saapunut, voit pyytää uuden koodin minuutin kuluttua
       *[other] Sähköpostiviesti on jo lähetetty. Jos se ei ole saapunut, voit pyytää uuden koodin { $minutes } minuutin kuluttua
    }
send-limit = Koodeja on pyydetty liian monta. Yritä myöhemmin uudelleen
unavailable = Palvelu on tilapäisesti poissa käytöstä. Yritä myöhemmin uudelleen
verify-first = Tälle osoitteelle ei ole voimassa olevaa koodia. Pyydä koodi
too-many-tries =
    { $minutes ->
        [one] Liian monta epäonnistunutta yritystä. Pyydä uusi koodi minuutin kuluttua
       *[other] Liian monta epäonnistunutta yritystä. Pyydä uusi koodi { $minutes } minuutin kuluttua
    }
wrong-code = Koodi on väärä. Tarkista se ja yritä uudelleen
