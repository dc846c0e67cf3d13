### English (United States). Register: friendly and plain, contractions.
###
### The mail that carries a sign-up code.
###
### For translators: plain text only. No markup, and no links: a mail that asks for a code and
### holds a link teaches people to fall for phishing. One short sentence a message.
### $brand is a name, such as "Example"; nothing is known about its gender, so leave out articles
### and endings that would depend on it.

# What people read in the notification, often without opening the mail. Where the language
# allows it, the code comes first. In a right-to-left language begin with a word of that language,
# so that the line runs its way.
# $code (String) - the code, such as 012345; never format it as a number
# $brand (String) - the name of the product
subject = { $code } is your { $brand } verification code

# The title above the code.
heading = Confirm your email address

# Followed by the code, on a line of its own.
# $brand (String) - the name of the product
intro = Enter this code to finish signing up for { $brand }:

# Below the code; also the preview beside the subject in a list of mails.
# $minutes (Number) - whole minutes left when the mail was made; 0 means less than one
validity =
    { $minutes ->
        [0] Don’t share this code with anyone; it expires in less than a minute.
        [one] Don’t share this code with anyone; it expires in { $minutes } minute.
       *[other] Don’t share this code with anyone; it expires in { $minutes } minutes.
    }

# For someone whose address another person typed, by mistake or otherwise.
ignore = If you didn’t ask for this code, you can safely ignore this email.
