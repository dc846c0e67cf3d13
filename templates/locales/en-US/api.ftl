### What the API answers when it refuses; front ends show it to the person who
### is signing up.
###
### The English texts are the published contract: they are compared to the
### letter and must not change. Other locales translate their meaning, in
### sentence case and without a full stop at the end.

# The address is missing, malformed, or the request could not be read.
invalid-parameter = invalid parameter

# A code went to this address moments ago.
# $minutes (Number) - whole minutes to wait, at least 1
send-later = email already sent, if not received, please send { $minutes } min later

# Too many codes for this address, or from this network, in a day or so.
send-limit = too many codes requested, please try again later

# A part of the service is down; nothing was sent.
unavailable = service temporarily unavailable, please try again later

# No code works for this address: none was sent, it expired, or it was used up.
verify-first = Send verify code please

# The code is dead after too many wrong tries.
# $minutes (Number) - whole minutes until a new one can be asked for, at least 1
too-many-tries = you have tried too many times,please resend code { $minutes } min later

# The code is wrong.
wrong-code = Check verify code please
