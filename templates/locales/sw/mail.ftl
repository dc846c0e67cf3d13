### Swahili (Kenya, Tanzania). Register: friendly singular (wewe), as in the big consumer products.
### The number follows its noun (dakika 5), so one and other read alike.

subject = { $code } ni msimbo wako wa uthibitishaji wa { $brand }

heading = Thibitisha anwani yako ya barua pepe

intro = Weka msimbo huu ili ukamilishe usajili wako kwenye { $brand }:

validity =
    { $minutes ->
        [0] Usimpe mtu yeyote msimbo huu; muda wake utaisha kabla ya dakika moja kupita.
        [one] Usimpe mtu yeyote msimbo huu; muda wake utaisha baada ya dakika { $minutes }.
       *[other] Usimpe mtu yeyote msimbo huu; muda wake utaisha baada ya dakika { $minutes }.
    }

ignore = Ikiwa hukuomba msimbo huu, unaweza kupuuza barua pepe hii bila wasiwasi.
