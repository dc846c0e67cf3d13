### Hungarian (Hungary). Register: formal (magázás), safe for a brand one doesn’t know; Ön only where it is needed.
### U+2011 in e-mail and e-mail-cím; no suffix and no a/az beside { $brand }, only a noun joined with a hyphen.

subject = { $code } az Ön { $brand }-ellenőrzőkódja

heading = Erősítse meg az e‑mail‑címét

intro = Adja meg ezt a kódot az új { $brand }-fiókja létrehozásához:

validity =
    { $minutes ->
        [0] Ne ossza meg senkivel ezt a kódot. A kód egy percen belül lejár.
        [one] Ne ossza meg senkivel ezt a kódot. A kód { $minutes } perc múlva lejár.
       *[other] Ne ossza meg senkivel ezt a kódot. A kód { $minutes } perc múlva lejár.
    }

ignore = Ha nem Ön kérte ezt a kódot, nyugodtan hagyja figyelmen kívül ezt az e‑mailt.
