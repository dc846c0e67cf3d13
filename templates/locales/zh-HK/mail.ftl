### 繁體中文（香港）。Register: polite 您, written Chinese, not Cantonese; Hong Kong terms (電郵, 帳戶, 網絡).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

subject = { $code } 是您的 { $brand } 驗證碼
heading = 驗證您的電郵地址
intro = 請輸入以下驗證碼，完成 { $brand } 註冊：
validity =
    { $minutes ->
        [0] 此驗證碼將於 1 分鐘內失效，請勿向任何人透露。
       *[other] 此驗證碼將於 { $minutes } 分鐘後失效，請勿向任何人透露。
    }
ignore = 如果您沒有索取此驗證碼，毋須理會此電郵。
