### Greek (Greece). Register: polite plural, as usual towards strangers; buttons are nouns; quotes are « »,
### the question mark is ;.

subject = { $code } είναι ο κωδικός επαλήθευσης { $brand }

heading = Επαληθεύστε τη διεύθυνση email σας

intro = Εισαγάγετε αυτόν τον κωδικό για να ολοκληρώσετε την εγγραφή σας στην υπηρεσία { $brand }:

validity =
    { $minutes ->
        [0] Μη δώσετε αυτόν τον κωδικό σε κανέναν. Λήγει σε λιγότερο από ένα λεπτό.
        [one] Μη δώσετε αυτόν τον κωδικό σε κανέναν. Λήγει σε { $minutes } λεπτό.
       *[other] Μη δώσετε αυτόν τον κωδικό σε κανέναν. Λήγει σε { $minutes } λεπτά.
    }

ignore = Αν δεν ζητήσατε εσείς τον κωδικό, απλώς αγνοήστε αυτό το email.
