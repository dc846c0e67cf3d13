### English (United States). Register: friendly and plain, contractions.
###
### The sign-up page to try Signpost with, and the inbox beside it (`cargo dev`).
###
### For translators: plain text only, as the buttons and messages of a good product read.

## The sign-up page

# The label of the list of languages.
language = Language
# The title, a button's and the page's.
title = Create your account
lead = Enter your email address, and we’ll send you a six-digit code.
# The label of a field.
email = Email address
# Buttons.
send = Send code
resend = Send a new code
# On the button while it can't be used.
# $time (String) - a clock that counts down, such as 0:59
wait = Send again in { $time }
ready = You can ask for a new code now.
# $email (String) - an address
sent = We sent a code to { $email }.
# The label of the field for the code.
code = Code from the email
# The button that checks the code.
check = Confirm
incomplete = Enter all six digits of the code.
# The title when all is done.
done = Your address is confirmed
# $email (String) - an address
confirmed = { $email } is yours. You can go on with your sign-up.
# A button.
again = Start again
# A link to the description of the service for developers.
reference = API reference

## What went wrong

error-unreachable = The service can’t be reached. Check your connection and try again.
error-address = That doesn’t look like an email address. Check it and try again.
error-later = A code is already on its way. Look into your spam folder too, or ask for a new one when the wait is over.
error-limit = Too many codes were asked for. Try again later.
error-unavailable = Something went wrong on our side. Try again in a moment.
error-no-code = This code doesn’t work any more. Ask for a new one.
error-tries = Too many wrong codes. Ask for a new one when the wait is over.
error-code = That’s not the right code. Check the email and try again.

## The inbox: it catches every mail while one tries Signpost

inbox = Inbox
# A link: shows the inbox in a window of its own.
inbox-open = Open in a new tab
# Whether new mails appear by themselves.
inbox-live = Live
inbox-lost = Connection lost, trying again
# $count (Number) - how many mails there are
inbox-count =
    { $count ->
        [0] No mails
        [one] { $count } mail
       *[other] { $count } mails
    }
# $shown (Number), $total (Number) - how many mails
inbox-more = The newest { $shown } of { $total } are shown.
# The label of a field.
inbox-search = Search
inbox-no-match = No mail matches.
# Titles and hints where no mail is shown.
inbox-empty = No mail yet
inbox-hint = Ask for a code, and its mail appears here by itself.
inbox-choose = Choose a mail to read it.
inbox-gone = This mail isn’t here any more.
# Read out when one comes.
# $to (String) - an address
# $subject (String) - the mail's subject
inbox-new = New mail to { $to }: { $subject }
# In place of a subject that is missing.
inbox-no-subject = No subject
# A link, on small screens: back to the list.
inbox-all = All mails
# Labels of the mail's parts.
inbox-from = From
inbox-to = To
inbox-received = Received
# Tabs: three ways to show a mail.
inbox-text = Text
inbox-html = HTML
inbox-source = Source
# Buttons.
inbox-copy = Copy
inbox-copy-code = Copy code
inbox-copied = Copied
inbox-no-copy = Copying isn’t possible here
inbox-delete = Delete
inbox-deleted = Mail deleted
inbox-clear = Delete all…
# A question, its explanation and two buttons.
inbox-clear-title = Delete all mails?
inbox-clear-text = They are kept nowhere else.
inbox-clear-no = Keep them
inbox-clear-yes = Delete all

## A mail's way to the mailbox

# A title: what happened to a mail, step by step.
way = Its way
way-queued = Queued
# $number (Number) - 1 for the first attempt
way-attempt = Attempt { $number }
way-delivered = Delivered
way-retry = Will be tried again
way-failed = Given up

## The relay: the mail server that takes the mails; here one can choose how it behaves

relay = Relay
relay-accept = Accepts
relay-refuse = Refuses
# Says "try again later" to everybody whom it sees for the first time.
relay-greylist = Greylists
# Never answers.
relay-stall = Stalls
