### Urdu (Pakistan). Register: polite (آپ), everyday words; no verb forms that show the reader’s gender.
### The subject keeps Urdu words between brand and code, and no line begins with the brand, for the order.

subject = آپ کا { $brand } تصدیقی کوڈ { $code } ہے
heading = اپنے ای میل ایڈریس کی تصدیق کریں
intro = اپنا { $brand } سائن اپ مکمل کرنے کے لیے یہ کوڈ درج کریں:
validity =
    { $minutes ->
        [0] یہ کوڈ کسی کو نہ بتائیں، اس کی میعاد ایک منٹ سے بھی کم وقت میں ختم ہو جائے گی۔
        [one] یہ کوڈ کسی کو نہ بتائیں، اس کی میعاد ایک منٹ میں ختم ہو جائے گی۔
       *[other] یہ کوڈ کسی کو نہ بتائیں، اس کی میعاد { $minutes } منٹ میں ختم ہو جائے گی۔
    }
ignore = اگر آپ نے یہ کوڈ نہیں منگوایا تو بے فکر ہو کر اس ای میل کو نظر انداز کر دیں۔
