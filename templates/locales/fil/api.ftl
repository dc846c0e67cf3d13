### Filipino (Philippines). Register: friendly, mo/ka and no po, with the English computer words people use.
### The category other is for numbers that end in 4, 6 or 9, after which the linker “na” is written.

invalid-parameter = Hindi valid ang inilagay na impormasyon

send-later =
    { $minutes ->
        [one] Naipadala na ang email. Kung hindi mo pa ito natatanggap, humingi ng bagong code pagkalipas ng { $minutes } minuto
       *[other] Naipadala na ang email. Kung hindi mo pa ito natatanggap, humingi ng bagong code pagkalipas ng { $minutes } na minuto
    }

send-limit = Masyado nang maraming hininging code. Pakisubukan ulit mamaya

unavailable = Pansamantalang hindi available ang serbisyo. Pakisubukan ulit mamaya

verify-first = Humingi muna ng verification code

too-many-tries =
    { $minutes ->
        [one] Masyado nang maraming pagsubok. Humingi ng bagong code pagkalipas ng { $minutes } minuto
       *[other] Masyado nang maraming pagsubok. Humingi ng bagong code pagkalipas ng { $minutes } na minuto
    }

wrong-code = Mali ang verification code. Pakitingnan ulit
