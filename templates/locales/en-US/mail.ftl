### The mail that carries a sign-up code.
###
### For translators: plain text only. No markup, and no links: a mail that asks
### for a code and holds a link teaches people to fall for phishing. Address the
### reader politely, as a product would, and keep each message to one sentence.
### $brand is a name, such as "Example"; nothing is known about its gender, so
### leave out articles that would depend on it.

# The line people read in the notification, often without opening the mail.
# Where the language allows it, the code comes first. In a right-to-left
# language begin with a word of that language, so that the line runs its way.
# $code (String) - the code, such as 012345; never format it as a number
# $brand (String) - the name of the product
subject = { $code } is your { $brand } verification code

# The title above the code.
heading = Confirm your email address

# Followed by the code, on a line of its own.
# $brand (String) - the name of the product
intro = Enter this code to finish signing up for { $brand }:

# $minutes (Number) - whole minutes left when the mail was made; 0 means less
# than one
validity =
    { $minutes ->
        [0] This code expires in less than a minute.
        [one] This code expires in { $minutes } minute.
       *[other] This code expires in { $minutes } minutes.
    }

secret = Please do not share this code with anyone.

# For someone whose address another person typed, by mistake or otherwise.
ignore = If you did not ask for this code, you can ignore this email.

# The last line, in small print.
# $brand (String) - the name of the product
automatic = { $brand } sent this email automatically.
