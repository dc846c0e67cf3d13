invalid-parameter = 参数无效
send-later = 邮件已发送，如未收到，请在 { $minutes } 分钟后重新发送
send-limit = 获取验证码过于频繁，请稍后再试
unavailable = 服务暂时不可用，请稍后再试
