### Greek (Greece). Register: polite plural, as usual towards strangers; buttons are nouns; quotes are « »,
### the question mark is ;.

language = Γλώσσα
title = Δημιουργία λογαριασμού
lead = Εισαγάγετε τη διεύθυνση email σας και θα σας στείλουμε έναν εξαψήφιο κωδικό.
email = Διεύθυνση email
send = Αποστολή κωδικού
resend = Αποστολή νέου κωδικού
wait = Νέος κωδικός σε { $time }
ready = Μπορείτε τώρα να ζητήσετε νέο κωδικό.
sent = Στείλαμε έναν κωδικό στη διεύθυνση { $email }.
code = Κωδικός από το email
check = Επαλήθευση
incomplete = Εισαγάγετε και τα έξι ψηφία του κωδικού.
done = Η διεύθυνσή σας επαληθεύτηκε
confirmed = Η διεύθυνση { $email } είναι δική σας. Μπορείτε να συνεχίσετε την εγγραφή σας.
again = Από την αρχή
reference = Τεκμηρίωση API

error-unreachable = Δεν είναι δυνατή η σύνδεση με την υπηρεσία. Ελέγξτε τη σύνδεσή σας στο διαδίκτυο και δοκιμάστε ξανά.
error-address = Αυτό δεν μοιάζει με διεύθυνση email. Ελέγξτε το και δοκιμάστε ξανά.
error-later = Ο κωδικός έχει ήδη σταλεί. Κοιτάξτε και στον φάκελο «Ανεπιθύμητα» ή ζητήστε νέο κωδικό όταν τελειώσει ο χρόνος αναμονής.
error-limit = Ζητήθηκαν πάρα πολλοί κωδικοί. Δοκιμάστε ξανά αργότερα.
error-unavailable = Παρουσιάστηκε πρόβλημα από την πλευρά μας. Δοκιμάστε ξανά σε λίγο.
error-no-code = Αυτός ο κωδικός δεν ισχύει πια. Ζητήστε έναν νέο.
error-tries = Δόθηκε λάθος κωδικός πάρα πολλές φορές. Ζητήστε έναν νέο όταν τελειώσει ο χρόνος αναμονής.
error-code = Ο κωδικός δεν είναι σωστός. Ελέγξτε το email και δοκιμάστε ξανά.

inbox = Εισερχόμενα
inbox-open = Άνοιγμα σε νέα καρτέλα
inbox-live = Ζωντανή ενημέρωση
inbox-lost = Η σύνδεση χάθηκε, γίνεται νέα προσπάθεια
inbox-count =
    { $count ->
        [0] Κανένα email
        [one] { $count } email
       *[other] { $count } email
    }
inbox-more = Εμφανίζονται τα πιο πρόσφατα: { $shown } από { $total }.
inbox-search = Αναζήτηση
inbox-no-match = Δεν βρέθηκε κανένα email.
inbox-empty = Δεν υπάρχουν ακόμα email
inbox-hint = Ζητήστε έναν κωδικό και το email θα εμφανιστεί εδώ αυτόματα.
inbox-choose = Επιλέξτε ένα email για να το διαβάσετε.
inbox-gone = Αυτό το email δεν είναι πια εδώ.
inbox-new = Νέο email προς { $to }: { $subject }
inbox-no-subject = Χωρίς θέμα
inbox-all = Όλα τα email
inbox-from = Από
inbox-to = Προς
inbox-received = Ελήφθη
inbox-text = Κείμενο
inbox-html = HTML
inbox-source = Πηγαίος κώδικας
inbox-copy = Αντιγραφή
inbox-copy-code = Αντιγραφή κωδικού
inbox-copied = Αντιγράφηκε
inbox-no-copy = Η αντιγραφή δεν είναι δυνατή εδώ
inbox-delete = Διαγραφή
inbox-deleted = Το email διαγράφηκε
inbox-clear = Διαγραφή όλων…
inbox-clear-title = Να διαγραφούν όλα τα email;
inbox-clear-text = Δεν είναι αποθηκευμένα πουθενά αλλού.
inbox-clear-no = Διατήρηση
inbox-clear-yes = Διαγραφή όλων

way = Διαδρομή του email
way-queued = Στην ουρά
way-attempt = Προσπάθεια { $number }
way-delivered = Παραδόθηκε
way-retry = Θα γίνει νέα προσπάθεια
way-failed = Η παράδοση απέτυχε

relay = Διακομιστής relay
relay-accept = Δέχεται
relay-refuse = Απορρίπτει
relay-greylist = Εφαρμόζει greylisting
relay-stall = Δεν απαντά
