### 简体中文（中国大陆）。Register: polite 您, short and plain, as verification mails in China are worded.
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

subject = { $code } 是您的 { $brand } 验证码
heading = 验证您的邮箱地址
intro = 请输入以下验证码，完成 { $brand } 注册：
validity =
    { $minutes ->
        [0] 此验证码将在 1 分钟内失效，请勿告诉他人。
       *[other] 此验证码将在 { $minutes } 分钟后失效，请勿告诉他人。
    }
ignore = 如果不是您本人操作，忽略此邮件即可。
