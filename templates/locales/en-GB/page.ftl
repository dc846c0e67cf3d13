### English (United Kingdom). Register: friendly and plain, contractions; “email” for the message, “any more”, “at our end”.
### Typography: ’ as the apostrophe, U+00A0 between a number and its unit.

language = Language
title = Create your account
lead = Enter your email address, and we’ll send you a six-digit code.
email = Email address
send = Send code
resend = Send a new code
wait = Send again in { $time }
ready = You can ask for a new code now.
sent = We’ve sent a code to { $email }.
code = Code from the email
check = Confirm
incomplete = Enter all six digits of the code.
done = Your address is confirmed
confirmed = { $email } is yours. You can carry on signing up.
again = Start again
reference = API reference

error-unreachable = We can’t reach the service. Check your connection and try again.
error-address = That doesn’t look like an email address. Check it and try again.
error-later = A code is already on its way. Check your spam folder too, or ask for a new code when the wait is over.
error-limit = Too many codes have been requested. Try again later.
error-unavailable = Something went wrong at our end. Try again in a moment.
error-no-code = This code doesn’t work any more. Ask for a new one.
error-tries = Too many wrong codes. Ask for a new one when the wait is over.
error-code = That’s not the right code. Check the email and try again.

inbox = Inbox
inbox-open = Open in a new tab
inbox-live = Live
inbox-lost = Connection lost, trying again
inbox-count =
    { $count ->
        [0] No emails
        [one] { $count } email
       *[other] { $count } emails
    }
inbox-more = Showing the newest { $shown } of { $total }.
inbox-search = Search
inbox-no-match = No emails match.
inbox-empty = No emails yet
inbox-hint = Ask for a code, and the email will appear here by itself.
inbox-choose = Choose an email to read it.
inbox-gone = This email isn’t here any more.
inbox-new = New email to { $to }: { $subject }
inbox-no-subject = No subject
inbox-all = All emails
inbox-from = From
inbox-to = To
inbox-received = Received
inbox-text = Text
inbox-html = HTML
inbox-source = Source
inbox-copy = Copy
inbox-copy-code = Copy code
inbox-copied = Copied
inbox-no-copy = Copying isn’t possible here
inbox-delete = Delete
inbox-deleted = Email deleted
inbox-clear = Delete all…
inbox-clear-title = Delete all emails?
inbox-clear-text = They aren’t kept anywhere else.
inbox-clear-no = Keep them
inbox-clear-yes = Delete all

way = Delivery
way-queued = Queued
way-attempt = Attempt { $number }
way-delivered = Delivered
way-retry = Will be tried again
way-failed = Gave up

relay = Relay
relay-accept = Accepts
relay-refuse = Refuses
relay-greylist = Greylists
relay-stall = Stalls
