### Greek (Greece). Register: polite plural, as usual towards strangers; buttons are nouns; quotes are « »,
### the question mark is ;.

invalid-parameter = Τα στοιχεία που δώσατε δεν είναι έγκυρα

send-later =
    { $minutes ->
        [one] Το email έχει ήδη σταλεί. Αν δεν το λάβετε, δοκιμάστε ξανά σε { $minutes } λεπτό
       *[other] Το email έχει ήδη σταλεί. Αν δεν το λάβετε, δοκιμάστε ξανά σε { $minutes } λεπτά
    }

send-limit = Ζητήθηκαν πάρα πολλοί κωδικοί. Δοκιμάστε ξανά αργότερα

unavailable = Η υπηρεσία είναι προσωρινά μη διαθέσιμη. Δοκιμάστε ξανά αργότερα

verify-first = Ζητήστε πρώτα έναν κωδικό επαλήθευσης

too-many-tries =
    { $minutes ->
        [one] Πάρα πολλές προσπάθειες. Ζητήστε νέο κωδικό σε { $minutes } λεπτό
       *[other] Πάρα πολλές προσπάθειες. Ζητήστε νέο κωδικό σε { $minutes } λεπτά
    }

wrong-code = Λάθος κωδικός. Ελέγξτε τον και δοκιμάστε ξανά
