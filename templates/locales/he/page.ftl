### Hebrew (Israel). Register: plain and gender-neutral (infinitives, “יש”, “אפשר”; buttons are verbal nouns),
### as Israeli products write now.

language = שפה
title = יצירת חשבון
lead = יש להזין כתובת אימייל, ונשלח אליה קוד בן שש ספרות.
email = כתובת אימייל
send = שליחת קוד
resend = שליחת קוד חדש
wait = שליחה חוזרת בעוד { $time }
ready = עכשיו אפשר לבקש קוד חדש.
sent = שלחנו קוד אל { $email }.
code = הקוד מהאימייל
check = אימות
incomplete = יש להזין את כל שש ספרות הקוד.
done = כתובת האימייל אומתה
confirmed = אימתנו שהכתובת { $email } שייכת לך. אפשר להמשיך בהרשמה.
again = התחלה מחדש
reference = תיעוד API

error-unreachable = אי אפשר להתחבר לשירות. כדאי לבדוק את החיבור לאינטרנט ולנסות שוב.
error-address = זה לא נראה כמו כתובת אימייל. כדאי לבדוק אותה ולנסות שוב.
error-later = קוד כבר נשלח. כדאי לחפש אותו גם בתיקיית הספאם, או לבקש קוד חדש בתום ההמתנה.
error-limit = נשלחו יותר מדי בקשות לקוד. אפשר לנסות שוב מאוחר יותר.
error-unavailable = משהו השתבש אצלנו. אפשר לנסות שוב בעוד רגע.
error-no-code = הקוד הזה כבר לא בתוקף. אפשר לבקש קוד חדש.
error-tries = הוזנו יותר מדי קודים שגויים. אפשר לבקש קוד חדש בתום ההמתנה.
error-code = זה לא הקוד הנכון. כדאי לבדוק באימייל ולנסות שוב.

inbox = דואר נכנס
inbox-open = פתיחה בכרטיסייה חדשה
inbox-live = בזמן אמת
inbox-lost = החיבור נותק, מתבצע ניסיון נוסף
inbox-count =
    { $count ->
        [0] אין הודעות
        [one] הודעה אחת
        [two] שתי הודעות
       *[other] { $count } הודעות
    }
inbox-more = מוצגות { $shown } ההודעות האחרונות מתוך { $total }.
inbox-search = חיפוש
inbox-no-match = לא נמצאו הודעות מתאימות.
inbox-empty = אין עדיין הודעות
inbox-hint = אחרי שמבקשים קוד, ההודעה מופיעה כאן מעצמה.
inbox-choose = יש לבחור הודעה כדי לקרוא אותה.
inbox-gone = ההודעה הזאת כבר לא נמצאת כאן.
inbox-new = הודעה חדשה אל { $to }: { $subject }
inbox-no-subject = ללא נושא
inbox-all = כל ההודעות
inbox-from = מאת
inbox-to = אל
inbox-received = התקבלה
inbox-text = טקסט
inbox-html = HTML
inbox-source = מקור
inbox-copy = העתקה
inbox-copy-code = העתקת הקוד
inbox-copied = הועתק
inbox-no-copy = אי אפשר להעתיק כאן
inbox-delete = מחיקה
inbox-deleted = ההודעה נמחקה
inbox-clear = מחיקת הכול…
inbox-clear-title = למחוק את כל ההודעות?
inbox-clear-text = הן לא שמורות בשום מקום אחר.
inbox-clear-no = השארת ההודעות
inbox-clear-yes = מחיקת הכול

way = מסלול ההודעה
way-queued = בתור לשליחה
way-attempt = ניסיון { $number }
way-delivered = נמסרה
way-retry = יתבצע ניסיון נוסף
way-failed = הניסיונות הופסקו

relay = שרת ממסר
relay-accept = מקבל
relay-refuse = דוחה
relay-greylist = מפעיל רשימה אפורה
relay-stall = לא מגיב
