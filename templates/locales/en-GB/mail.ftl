### English (United Kingdom). Register: friendly and plain, contractions; “email” for the message, “any more”, “at our end”.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

subject = { $code } is your { $brand } verification code
heading = Confirm your email address
intro = Enter this code to finish signing up for { $brand }:
validity =
    { $minutes ->
        [0] Don’t share this code with anyone; it expires in less than a minute.
        [one] Don’t share this code with anyone; it expires in { $minutes } minute.
       *[other] Don’t share this code with anyone; it expires in { $minutes } minutes.
    }
ignore = If you didn’t ask for this code, you can safely ignore this email.
