### 简体中文（中国大陆）。Register: polite 您, short and plain, as verification mails in China are worded.
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

invalid-parameter = 输入的内容有误，请检查后重试
send-later = 邮件已发送，如未收到，请在 { $minutes } 分钟后重新获取
send-limit = 获取验证码次数过多，请稍后再试
unavailable = 服务暂时不可用，请稍后再试
verify-first = 请先获取验证码
too-many-tries = 尝试次数过多，请在 { $minutes } 分钟后重新获取验证码
wrong-code = 验证码不正确，请核对后重试
