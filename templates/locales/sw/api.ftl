### Swahili (Kenya, Tanzania). Register: friendly singular (wewe), tafadhali for requests.
### The number follows its noun (dakika 5), so one and other read alike.

invalid-parameter = Maelezo uliyoweka si sahihi

send-later =
    { $minutes ->
        [one] Barua pepe imeshatumwa. Ikiwa hujaipata, tafadhali omba msimbo mpya baada ya dakika { $minutes }
       *[other] Barua pepe imeshatumwa. Ikiwa hujaipata, tafadhali omba msimbo mpya baada ya dakika { $minutes }
    }

send-limit = Misimbo mingi mno imeombwa. Tafadhali jaribu tena baadaye

unavailable = Huduma haipatikani kwa sasa. Tafadhali jaribu tena baadaye

verify-first = Tafadhali omba msimbo wa uthibitishaji kwanza

too-many-tries =
    { $minutes ->
        [one] Umejaribu mara nyingi mno. Tafadhali omba msimbo mpya baada ya dakika { $minutes }
       *[other] Umejaribu mara nyingi mno. Tafadhali omba msimbo mpya baada ya dakika { $minutes }
    }

wrong-code = Msimbo wa uthibitishaji si sahihi. Tafadhali angalia tena
