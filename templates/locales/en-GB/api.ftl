### English (United Kingdom). Register: friendly and plain, contractions; “email” for the message, “any more”, “at our end”.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

invalid-parameter = What you entered isn’t valid
send-later =
    { $minutes ->
        [one] We’ve already sent you an email. If it hasn’t arrived, you can ask for a new code in { $minutes } minute
       *[other] We’ve already sent you an email. If it hasn’t arrived, you can ask for a new code in { $minutes } minutes
    }
send-limit = Too many codes have been requested. Please try again later
unavailable = The service is temporarily unavailable. Please try again later
verify-first = There’s no valid code for this address. Please ask for one
too-many-tries =
    { $minutes ->
        [one] Too many wrong attempts. Please ask for a new code in { $minutes } minute
       *[other] Too many wrong attempts. Please ask for a new code in { $minutes } minutes
    }
wrong-code = That code isn’t right. Please check it and try again
