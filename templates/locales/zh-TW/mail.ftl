### 繁體中文（台灣）。Register: polite 您, friendly and plain; Taiwanese terms (帳號, 收件匣, 網路).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

subject = { $code } 是您的 { $brand } 驗證碼
heading = 驗證您的電子郵件地址
intro = 請輸入以下驗證碼，完成 { $brand } 註冊：
validity =
    { $minutes ->
        [0] 此驗證碼將在 1 分鐘內失效，請勿告訴他人。
       *[other] 此驗證碼將在 { $minutes } 分鐘後失效，請勿告訴他人。
    }
ignore = 如果您沒有索取驗證碼，直接忽略這封郵件即可。
