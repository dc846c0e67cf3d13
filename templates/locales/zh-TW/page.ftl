### 繁體中文（台灣）。Register: polite 您, friendly and plain; Taiwanese terms (帳號, 收件匣, 網路).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

language = 語言
title = 建立帳號
lead = 請輸入您的電子郵件地址，我們會寄送 6 位數驗證碼給您。
email = 電子郵件地址
send = 傳送驗證碼
resend = 重新傳送
wait = { $time } 後可重新傳送
ready = 現在可以重新取得驗證碼了。
sent = 驗證碼已寄到 { $email }。
code = 郵件中的驗證碼
check = 驗證
incomplete = 請輸入完整的 6 位數驗證碼。
done = 電子郵件地址驗證成功
confirmed = { $email } 已通過驗證，您可以繼續註冊了。
again = 重新開始
reference = API 參考文件

error-unreachable = 無法連線到服務，請檢查網路連線後再試一次。
error-address = 電子郵件地址似乎有誤，請檢查後再試一次。
error-later = 驗證碼已寄出，請一併查看垃圾郵件資料夾，或在倒數結束後重新取得。
error-limit = 索取驗證碼的次數過多，請稍後再試。
error-unavailable = 我們的服務發生問題，請稍後再試。
error-no-code = 這組驗證碼已失效，請重新取得。
error-tries = 驗證碼輸入錯誤次數過多，請在倒數結束後重新取得。
error-code = 驗證碼不正確，請查看郵件後再試一次。

inbox = 收件匣
inbox-open = 在新分頁中開啟
inbox-live = 即時更新
inbox-lost = 連線中斷，正在重試
inbox-count =
    { $count ->
        [0] 沒有郵件
       *[other] { $count } 封郵件
    }
inbox-more = 共 { $total } 封，僅顯示最新的 { $shown } 封。
inbox-search = 搜尋
inbox-no-match = 找不到符合的郵件。
inbox-empty = 目前沒有郵件
inbox-hint = 傳送驗證碼後，郵件會自動顯示在這裡。
inbox-choose = 選取郵件即可閱讀內容。
inbox-gone = 這封郵件已不存在。
inbox-new = { $to } 收到新郵件：{ $subject }
inbox-no-subject = 無主旨
inbox-all = 所有郵件
inbox-from = 寄件者
inbox-to = 收件者
inbox-received = 收件時間
inbox-text = 純文字
inbox-html = HTML
inbox-source = 原始碼
inbox-copy = 複製
inbox-copy-code = 複製驗證碼
inbox-copied = 已複製
inbox-no-copy = 這裡無法複製
inbox-delete = 刪除
inbox-deleted = 已刪除郵件
inbox-clear = 全部刪除…
inbox-clear-title = 要刪除所有郵件嗎？
inbox-clear-text = 這些郵件沒有其他備份。
inbox-clear-no = 保留
inbox-clear-yes = 全部刪除

way = 傳送歷程
way-queued = 已排入佇列
way-attempt = 第 { $number } 次嘗試
way-delivered = 已送達
way-retry = 稍後重試
way-failed = 已放棄傳送

relay = 轉送伺服器
relay-accept = 接受
relay-refuse = 拒絕
relay-greylist = 灰名單
relay-stall = 無回應
