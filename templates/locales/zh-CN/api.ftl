invalid-parameter = 参数无效
send-later = 邮件已发送，如未收到，请在 { $minutes } 分钟后重新发送
send-limit = 获取验证码过于频繁，请稍后再试
unavailable = 服务暂时不可用，请稍后再试

verify-first = 请先获取验证码

too-many-tries = 尝试次数过多，请在 { $minutes } 分钟后重新获取验证码

wrong-code = 验证码不正确，请核对后重试
