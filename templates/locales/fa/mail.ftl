### Persian (Iran). Register: polite (شما) in plain written Persian, as Iranian products write. ZWNJ where orthography
### wants it, ezafe after silent h as هٔ. The subject keeps a Persian word between code and brand, for the order.

subject = کد تأیید { $code } برای ثبت‌نام در { $brand }
heading = نشانی ایمیل خود را تأیید کنید
intro = برای تکمیل ثبت‌نام در { $brand }، این کد را وارد کنید:
validity =
    { $minutes ->
        [0] این کد را به کسی ندهید؛ کمتر از یک دقیقهٔ دیگر منقضی می‌شود.
        [one] این کد را به کسی ندهید؛ تا یک دقیقهٔ دیگر منقضی می‌شود.
       *[other] این کد را به کسی ندهید؛ تا { $minutes } دقیقهٔ دیگر منقضی می‌شود.
    }
ignore = اگر شما این کد را درخواست نکرده‌اید، با خیال راحت این ایمیل را نادیده بگیرید.
