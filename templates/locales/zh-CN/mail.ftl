subject = { $code } 是您的 { $brand } 验证码
heading = 验证您的邮箱
intro = 请输入以下验证码，完成 { $brand } 注册：
validity =
    { $minutes ->
        [0] 验证码将在 1 分钟内失效。
       *[other] 验证码将在 { $minutes } 分钟后失效。
    }
secret = 请勿将验证码告知他人。
ignore = 如非您本人操作，请忽略本邮件。
automatic = 本邮件由 { $brand } 自动发送。
