### Urdu (Pakistan). Register: polite (آپ), everyday words; no verb forms that show the reader’s gender.

language = زبان
title = اپنا اکاؤنٹ بنائیں
lead = اپنا ای میل ایڈریس درج کریں، ہم آپ کو چھ ہندسوں کا کوڈ بھیجیں گے۔
email = ای میل ایڈریس
send = کوڈ بھیجیں
resend = نیا کوڈ بھیجیں
wait = { $time } میں دوبارہ بھیجیں
ready = اب نیا کوڈ منگوایا جا سکتا ہے۔
sent = ہم نے کوڈ { $email } پر بھیج دیا ہے۔
code = ای میل میں ملنے والا کوڈ
check = تصدیق کریں
incomplete = کوڈ کے پورے چھ ہندسے درج کریں۔
done = آپ کے ای میل ایڈریس کی تصدیق ہو گئی
confirmed = تصدیق ہو گئی کہ { $email } آپ ہی کا ہے۔ اب سائن اپ جاری رکھیں۔
again = دوبارہ شروع کریں
reference = API ریفرنس

error-unreachable = سروس سے رابطہ نہیں ہو سکا۔ اپنا انٹرنیٹ کنکشن چیک کریں اور دوبارہ کوشش کریں۔
error-address = یہ ای میل ایڈریس درست نہیں لگتا۔ اسے دیکھ کر دوبارہ کوشش کریں۔
error-later = کوڈ پہلے ہی بھیجا جا چکا ہے۔ اسپام فولڈر میں بھی دیکھیں، یا انتظار کا وقت ختم ہونے پر نیا کوڈ منگوائیں۔
error-limit = بہت زیادہ کوڈ منگوائے گئے ہیں۔ بعد میں دوبارہ کوشش کریں۔
error-unavailable = ہماری طرف کوئی خرابی ہو گئی ہے۔ تھوڑی دیر میں دوبارہ کوشش کریں۔
error-no-code = یہ کوڈ اب کارآمد نہیں رہا۔ نیا کوڈ منگوائیں۔
error-tries = بہت زیادہ بار غلط کوڈ درج کیا گیا ہے۔ انتظار کا وقت ختم ہونے پر نیا کوڈ منگوائیں۔
error-code = یہ کوڈ درست نہیں۔ ای میل دیکھ کر دوبارہ کوشش کریں۔

inbox = ان باکس
inbox-open = نئے ٹیب میں کھولیں
inbox-live = لائیو
inbox-lost = کنکشن ٹوٹ گیا، دوبارہ کوشش ہو رہی ہے
inbox-count =
    { $count ->
        [0] کوئی ای میل نہیں
        [one] ایک ای میل
       *[other] { $count } ای میلز
    }
inbox-more = کل { $total } میں سے تازہ ترین { $shown } ای میلز دکھائی جا رہی ہیں۔
inbox-search = تلاش
inbox-no-match = کوئی ای میل نہیں ملی۔
inbox-empty = ابھی کوئی ای میل نہیں آئی
inbox-hint = کوڈ منگوائیں، اس کی ای میل خود ہی یہاں آ جائے گی۔
inbox-choose = پڑھنے کے لیے کوئی ای میل منتخب کریں۔
inbox-gone = یہ ای میل اب یہاں موجود نہیں۔
inbox-new = نئی ای میل بنام { $to }: { $subject }
inbox-no-subject = کوئی موضوع نہیں
inbox-all = تمام ای میلز
inbox-from = منجانب
inbox-to = بنام
inbox-received = موصول ہوئی
inbox-text = متن
inbox-html = HTML
inbox-source = سورس
inbox-copy = کاپی کریں
inbox-copy-code = کوڈ کاپی کریں
inbox-copied = کاپی ہو گیا
inbox-no-copy = یہاں کاپی کرنا ممکن نہیں
inbox-delete = حذف کریں
inbox-deleted = ای میل حذف ہو گئی
inbox-clear = سبھی حذف کریں…
inbox-clear-title = تمام ای میلز حذف کریں؟
inbox-clear-text = یہ کہیں اور محفوظ نہیں ہیں۔
inbox-clear-no = رہنے دیں
inbox-clear-yes = سبھی حذف کریں

way = ای میل کا سفر
way-queued = قطار میں ہے
way-attempt = کوشش نمبر { $number }
way-delivered = پہنچ گئی
way-retry = دوبارہ کوشش ہو گی
way-failed = کوشش ترک کر دی گئی

relay = ریلے سرور
relay-accept = قبول کرتا ہے
relay-refuse = مسترد کرتا ہے
relay-greylist = گرے لسٹ کرتا ہے
relay-stall = جواب نہیں دیتا
