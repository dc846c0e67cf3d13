### Arabic (ar). Register: polite and neutral (يُرجى + verbal noun; buttons are verbal nouns), so that
### nothing depends on the reader’s gender.

language = اللغة
title = إنشاء حسابك
lead = يُرجى إدخال عنوان بريدك الإلكتروني، وسنرسل إليك رمزًا من ستة أرقام.
email = عنوان البريد الإلكتروني
send = إرسال الرمز
resend = إرسال رمز جديد
wait = إعادة الإرسال بعد { $time }
ready = يمكنك الآن طلب رمز جديد.
sent = أرسلنا رمزًا إلى { $email }.
code = الرمز الوارد في الرسالة
check = تأكيد
incomplete = يُرجى إدخال أرقام الرمز الستة كاملةً.
done = تم تأكيد عنوان بريدك الإلكتروني
confirmed = تأكدنا من أن { $email } هو عنوانك. يمكنك الآن متابعة التسجيل.
again = البدء من جديد
reference = مرجع API

error-unreachable = تعذّر الوصول إلى الخدمة. يُرجى التحقق من الاتصال بالإنترنت وإعادة المحاولة.
error-address = لا يبدو هذا عنوان بريد إلكتروني صحيحًا. يُرجى التحقق منه وإعادة المحاولة.
error-later = الرمز في طريقه إليك. يُرجى البحث أيضًا في مجلد الرسائل غير المرغوب فيها، أو طلب رمز جديد بعد انتهاء مدة الانتظار.
error-limit = طُلب عدد كبير جدًا من الرموز. يُرجى المحاولة لاحقًا.
error-unavailable = حدث خطأ من جانبنا. يُرجى إعادة المحاولة بعد لحظات.
error-no-code = لم يعد هذا الرمز صالحًا. يُرجى طلب رمز جديد.
error-tries = تكرّر إدخال رمز غير صحيح مرات كثيرة. يُرجى طلب رمز جديد بعد انتهاء مدة الانتظار.
error-code = هذا الرمز غير صحيح. يُرجى مراجعة الرسالة وإعادة المحاولة.

inbox = البريد الوارد
inbox-open = فتح في علامة تبويب جديدة
inbox-live = مباشر
inbox-lost = انقطع الاتصال، تجري إعادة المحاولة
inbox-count =
    { $count ->
        [zero] لا توجد رسائل
        [one] رسالة واحدة
        [two] رسالتان
        [few] { $count } رسائل
        [many] { $count } رسالة
       *[other] { $count } رسالة
    }
inbox-more = تُعرض أحدث الرسائل ({ $shown } من أصل { $total }).
inbox-search = بحث
inbox-no-match = لا توجد رسائل مطابقة.
inbox-empty = لا توجد رسائل بعد
inbox-hint = عند طلب رمز، تظهر رسالته هنا تلقائيًا.
inbox-choose = يُرجى اختيار رسالة لقراءتها.
inbox-gone = لم تعد هذه الرسالة موجودة هنا.
inbox-new = رسالة جديدة إلى { $to }: { $subject }
inbox-no-subject = بدون موضوع
inbox-all = كل الرسائل
inbox-from = من
inbox-to = إلى
inbox-received = وقت الاستلام
inbox-text = النص
inbox-html = HTML
inbox-source = المصدر
inbox-copy = نسخ
inbox-copy-code = نسخ الرمز
inbox-copied = تم النسخ
inbox-no-copy = النسخ غير متاح هنا
inbox-delete = حذف
inbox-deleted = تم حذف الرسالة
inbox-clear = حذف الكل…
inbox-clear-title = حذف كل الرسائل؟
inbox-clear-text = لا توجد نسخ منها في أي مكان آخر.
inbox-clear-no = الاحتفاظ بها
inbox-clear-yes = حذف الكل

way = مسار الرسالة
way-queued = في قائمة الانتظار
way-attempt = المحاولة رقم { $number }
way-delivered = تم التسليم
way-retry = ستُعاد المحاولة
way-failed = توقفت المحاولات

relay = خادم الترحيل
relay-accept = يقبل
relay-refuse = يرفض
relay-greylist = يطبّق القائمة الرمادية
relay-stall = لا يستجيب
