### 简体中文（中国大陆）。Register: polite 您, short and plain, as verification mails in China are worded.
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

language = 语言
title = 创建账号
lead = 请输入您的邮箱地址，我们会向您发送 6 位数字验证码。
email = 邮箱地址
send = 发送验证码
resend = 重新发送
wait = { $time } 后可重新发送
ready = 现在可以重新获取验证码了。
sent = 验证码已发送至 { $email }。
code = 邮件中的验证码
check = 验证
incomplete = 请输入完整的 6 位验证码。
done = 邮箱验证成功
confirmed = { $email } 已通过验证，您可以继续注册了。
again = 重新开始
reference = API 参考文档

error-unreachable = 无法连接到服务，请检查网络后重试。
error-address = 邮箱地址似乎有误，请检查后重试。
error-later = 验证码已发出，请检查收件箱和垃圾邮件文件夹，或在倒计时结束后重新获取。
error-limit = 获取验证码次数过多，请稍后再试。
error-unavailable = 服务出了点问题，请稍后再试。
error-no-code = 此验证码已失效，请重新获取。
error-tries = 验证码输错次数过多，请在倒计时结束后重新获取。
error-code = 验证码不正确，请查看邮件后重新输入。

inbox = 收件箱
inbox-open = 在新标签页中打开
inbox-live = 实时更新
inbox-lost = 连接已断开，正在重试
inbox-count =
    { $count ->
        [0] 没有邮件
       *[other] { $count } 封邮件
    }
inbox-more = 共 { $total } 封，仅显示最新的 { $shown } 封。
inbox-search = 搜索
inbox-no-match = 没有符合条件的邮件。
inbox-empty = 暂无邮件
inbox-hint = 获取验证码后，邮件会自动显示在这里。
inbox-choose = 选择一封邮件即可阅读。
inbox-gone = 此邮件已不存在。
inbox-new = { $to } 收到新邮件：{ $subject }
inbox-no-subject = 无主题
inbox-all = 所有邮件
inbox-from = 发件人
inbox-to = 收件人
inbox-received = 接收时间
inbox-text = 纯文本
inbox-html = HTML
inbox-source = 源代码
inbox-copy = 复制
inbox-copy-code = 复制验证码
inbox-copied = 已复制
inbox-no-copy = 此处无法复制
inbox-delete = 删除
inbox-deleted = 邮件已删除
inbox-clear = 全部删除…
inbox-clear-title = 要删除所有邮件吗？
inbox-clear-text = 这些邮件没有其他备份。
inbox-clear-no = 保留
inbox-clear-yes = 全部删除

way = 投递过程
way-queued = 已加入队列
way-attempt = 第 { $number } 次尝试
way-delivered = 已送达
way-retry = 稍后重试
way-failed = 已放弃投递

relay = 中继服务器
relay-accept = 接受
relay-refuse = 拒绝
relay-greylist = 灰名单
relay-stall = 无响应
