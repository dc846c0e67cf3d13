### Bengali (Bangladesh). Register: polite (আপনি), everyday words with the usual English loans.
### Full stop “।”; the counting suffix টি follows its number without a space.

language = ভাষা
title = আপনার অ্যাকাউন্ট তৈরি করুন
lead = আপনার ইমেইল ঠিকানা দিন, আমরা আপনাকে ছয় সংখ্যার একটি কোড পাঠাব।
email = ইমেইল ঠিকানা
send = কোড পাঠান
resend = নতুন কোড পাঠান
wait = { $time } পর আবার পাঠান
ready = এখন নতুন কোড নিতে পারেন।
sent = আমরা { $email } ঠিকানায় একটি কোড পাঠিয়েছি।
code = ইমেইলে পাওয়া কোড
check = নিশ্চিত করুন
incomplete = কোডের ছয়টি সংখ্যাই লিখুন।
done = আপনার ইমেইল ঠিকানা নিশ্চিত করা হয়েছে
confirmed = { $email } যে আপনার, তা নিশ্চিত হয়েছে। এবার সাইন আপ চালিয়ে যান।
again = আবার শুরু করুন
reference = API রেফারেন্স

error-unreachable = সার্ভিসের সঙ্গে সংযোগ করা যাচ্ছে না। আপনার ইন্টারনেট সংযোগ দেখে আবার চেষ্টা করুন।
error-address = এটি ইমেইল ঠিকানা বলে মনে হচ্ছে না। দেখে নিয়ে আবার চেষ্টা করুন।
error-later = একটি কোড এরই মধ্যে পাঠানো হয়েছে। স্প্যাম ফোল্ডারেও দেখুন, অথবা অপেক্ষার সময় শেষ হলে নতুন কোড নিন।
error-limit = অনেক বেশি বার কোড চাওয়া হয়েছে। পরে আবার চেষ্টা করুন।
error-unavailable = আমাদের দিক থেকে কোনো সমস্যা হয়েছে। একটু পরে আবার চেষ্টা করুন।
error-no-code = এই কোডটি আর কাজ করবে না। নতুন কোড নিন।
error-tries = অনেক বেশি বার ভুল কোড দেওয়া হয়েছে। অপেক্ষার সময় শেষ হলে নতুন কোড নিন।
error-code = কোডটি সঠিক নয়। ইমেইল দেখে আবার চেষ্টা করুন।

inbox = ইনবক্স
inbox-open = নতুন ট্যাবে খুলুন
inbox-live = লাইভ
inbox-lost = সংযোগ বিচ্ছিন্ন হয়েছে, আবার চেষ্টা চলছে
inbox-count =
    { $count ->
        [0] কোনো ইমেইল নেই
        [one] { $count }টি ইমেইল
       *[other] { $count }টি ইমেইল
    }
inbox-more = { $total }টির মধ্যে সর্বশেষ { $shown }টি ইমেইল দেখানো হচ্ছে।
inbox-search = খুঁজুন
inbox-no-match = কোনো ইমেইল পাওয়া যায়নি।
inbox-empty = এখনো কোনো ইমেইল আসেনি
inbox-hint = কোড চাইলে তার ইমেইল নিজে থেকেই এখানে চলে আসবে।
inbox-choose = পড়ার জন্য একটি ইমেইল বেছে নিন।
inbox-gone = ইমেইলটি আর এখানে নেই।
inbox-new = { $to } ঠিকানায় নতুন ইমেইল: { $subject }
inbox-no-subject = কোনো বিষয় নেই
inbox-all = সব ইমেইল
inbox-from = প্রেরক
inbox-to = প্রাপক
inbox-received = পাওয়ার সময়
inbox-text = টেক্সট
inbox-html = HTML
inbox-source = সোর্স
inbox-copy = কপি করুন
inbox-copy-code = কোড কপি করুন
inbox-copied = কপি হয়েছে
inbox-no-copy = এখানে কপি করা যায় না
inbox-delete = মুছুন
inbox-deleted = ইমেইল মুছে ফেলা হয়েছে
inbox-clear = সব মুছুন…
inbox-clear-title = সব ইমেইল মুছে ফেলবেন?
inbox-clear-text = এগুলো আর কোথাও রাখা নেই।
inbox-clear-no = রেখে দিন
inbox-clear-yes = সব মুছুন

way = ইমেইলের যাত্রাপথ
way-queued = সারিতে আছে
way-attempt = প্রচেষ্টা { $number }
way-delivered = পৌঁছে গেছে
way-retry = আবার চেষ্টা করা হবে
way-failed = চেষ্টা বন্ধ করা হয়েছে

relay = রিলে সার্ভার
relay-accept = গ্রহণ করে
relay-refuse = প্রত্যাখ্যান করে
relay-greylist = গ্রেলিস্ট করে
relay-stall = সাড়া দেয় না
