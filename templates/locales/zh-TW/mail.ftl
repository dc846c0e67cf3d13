subject = { $code } 是您的 { $brand } 驗證碼
heading = 驗證您的電子郵件地址
intro = 請輸入以下驗證碼，完成 { $brand } 註冊：
validity =
    { $minutes ->
        [0] 驗證碼將於 1 分鐘內失效。
       *[other] 驗證碼將於 { $minutes } 分鐘後失效。
    }
secret = 請勿將驗證碼告訴任何人。
ignore = 若非您本人操作，請忽略這封郵件。
automatic = 這封郵件由 { $brand } 自動寄出。
