### Filipino (Philippines). Register: friendly, mo/ka and no po, with the English computer words people use.
### The category other is for numbers that end in 4, 6 or 9, after which the linker “na” is written.

subject = { $code } ang iyong verification code sa { $brand }

heading = Kumpirmahin ang iyong email address

intro = Ilagay ang code na ito para matapos ang pag-sign up mo sa { $brand }:

validity =
    { $minutes ->
        [0] Huwag ibahagi ang code na ito kahit kanino; wala nang isang minuto bago ito mag-expire.
        [one] Huwag ibahagi ang code na ito kahit kanino; mag-e-expire ito sa loob ng { $minutes } minuto.
       *[other] Huwag ibahagi ang code na ito kahit kanino; mag-e-expire ito sa loob ng { $minutes } na minuto.
    }

ignore = Kung hindi ikaw ang humingi ng code na ito, puwede mong balewalain ang email na ito.
