### Persian (Iran). Register: polite (شما) in plain written Persian; buttons are nouns. ZWNJ where orthography
### wants it, ezafe after silent h as هٔ.

language = زبان
title = ساخت حساب کاربری
lead = نشانی ایمیل خود را وارد کنید تا کدی شش‌رقمی برایتان بفرستیم.
email = نشانی ایمیل
send = ارسال کد
resend = ارسال کد جدید
wait = ارسال دوباره تا { $time } دیگر
ready = حالا می‌توانید کد جدید درخواست کنید.
sent = کد را به { $email } فرستادیم.
code = کد ارسال‌شده به ایمیل
check = تأیید
incomplete = هر شش رقم کد را وارد کنید.
done = نشانی ایمیل شما تأیید شد
confirmed = تأیید شد که { $email } مال شماست. می‌توانید ثبت‌نام را ادامه دهید.
again = شروع دوباره
reference = مرجع API

error-unreachable = اتصال به سرویس برقرار نشد. اینترنت خود را بررسی کنید و دوباره امتحان کنید.
error-address = این نشانی ایمیل درست به نظر نمی‌رسد. آن را بررسی کنید و دوباره امتحان کنید.
error-later = کد در راه است. پوشهٔ هرزنامه را هم ببینید یا پس از پایان زمان انتظار، کد جدید درخواست کنید.
error-limit = بیش از حد کد درخواست شده است. بعداً دوباره امتحان کنید.
error-unavailable = مشکلی از سمت ما پیش آمد. چند لحظهٔ دیگر دوباره امتحان کنید.
error-no-code = این کد دیگر معتبر نیست. کد جدید درخواست کنید.
error-tries = کد بیش از حد اشتباه وارد شده است. پس از پایان زمان انتظار، کد جدید درخواست کنید.
error-code = این کد درست نیست. ایمیل را ببینید و دوباره امتحان کنید.

inbox = صندوق ورودی
inbox-open = باز کردن در برگهٔ جدید
inbox-live = زنده
inbox-lost = اتصال قطع شد، در حال تلاش دوباره
inbox-count =
    { $count ->
        [0] بدون ایمیل
        [one] یک ایمیل
       *[other] { $count } ایمیل
    }
inbox-more = از { $total } ایمیل، { $shown } ایمیل آخر نمایش داده می‌شود.
inbox-search = جستجو
inbox-no-match = ایمیلی پیدا نشد.
inbox-empty = هنوز ایمیلی نیامده است
inbox-hint = کد درخواست کنید تا ایمیلش خودبه‌خود همین‌جا ظاهر شود.
inbox-choose = برای خواندن، یکی از ایمیل‌ها را انتخاب کنید.
inbox-gone = این ایمیل دیگر اینجا نیست.
inbox-new = ایمیل جدید برای { $to }: { $subject }
inbox-no-subject = بدون موضوع
inbox-all = همهٔ ایمیل‌ها
inbox-from = از
inbox-to = به
inbox-received = زمان دریافت
inbox-text = متن
inbox-html = HTML
inbox-source = منبع
inbox-copy = کپی
inbox-copy-code = کپی کردن کد
inbox-copied = کپی شد
inbox-no-copy = اینجا نمی‌توان کپی کرد
inbox-delete = حذف
inbox-deleted = ایمیل حذف شد
inbox-clear = حذف همه…
inbox-clear-title = همهٔ ایمیل‌ها حذف شوند؟
inbox-clear-text = در هیچ جای دیگری نگهداری نمی‌شوند.
inbox-clear-no = نگه داشتن
inbox-clear-yes = حذف همه

way = مسیر ایمیل
way-queued = در صف ارسال
way-attempt = تلاش { $number }
way-delivered = تحویل داده شد
way-retry = دوباره تلاش می‌شود
way-failed = تلاش‌ها متوقف شد

relay = سرور رله
relay-accept = می‌پذیرد
relay-refuse = رد می‌کند
relay-greylist = در لیست خاکستری می‌گذارد
relay-stall = پاسخ نمی‌دهد
