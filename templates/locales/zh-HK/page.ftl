### 繁體中文（香港）。Register: polite 您, written Chinese, not Cantonese; Hong Kong terms (電郵, 帳戶, 網絡).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

language = 語言
title = 建立帳戶
lead = 請輸入您的電郵地址，我們會向您發送 6 位數字驗證碼。
email = 電郵地址
send = 發送驗證碼
resend = 重新發送
wait = { $time } 後可重新發送
ready = 您現在可重新索取驗證碼。
sent = 驗證碼已發送至 { $email }。
code = 電郵內的驗證碼
check = 驗證
incomplete = 請輸入完整的 6 位數字驗證碼。
done = 電郵地址已驗證
confirmed = { $email } 已通過驗證，您可以繼續註冊。
again = 重新開始
reference = API 參考文件

error-unreachable = 無法連接服務，請檢查網絡連線後再試。
error-address = 電郵地址似乎不正確，請檢查後再試。
error-later = 驗證碼已發送，請同時查看垃圾郵件資料夾，或於倒數完結後重新索取。
error-limit = 索取驗證碼的次數過多，請稍後再試。
error-unavailable = 我們的服務出現問題，請稍後再試。
error-no-code = 此驗證碼已失效，請重新索取。
error-tries = 輸入錯誤驗證碼的次數過多，請於倒數完結後重新索取。
error-code = 驗證碼不正確，請查看電郵後再試。

inbox = 收件箱
inbox-open = 在新分頁開啟
inbox-live = 即時更新
inbox-lost = 連線中斷，正在重試
inbox-count =
    { $count ->
        [0] 沒有電郵
       *[other] { $count } 封電郵
    }
inbox-more = 共 { $total } 封，只顯示最新的 { $shown } 封。
inbox-search = 搜尋
inbox-no-match = 找不到相符的電郵。
inbox-empty = 暫時沒有電郵
inbox-hint = 索取驗證碼後，電郵會自動在此顯示。
inbox-choose = 選擇電郵即可閱讀內容。
inbox-gone = 此電郵已不存在。
inbox-new = { $to } 收到新電郵：{ $subject }
inbox-no-subject = 沒有主旨
inbox-all = 所有電郵
inbox-from = 寄件者
inbox-to = 收件者
inbox-received = 接收時間
inbox-text = 純文字
inbox-html = HTML
inbox-source = 原始碼
inbox-copy = 複製
inbox-copy-code = 複製驗證碼
inbox-copied = 已複製
inbox-no-copy = 無法在此複製
inbox-delete = 刪除
inbox-deleted = 電郵已刪除
inbox-clear = 全部刪除…
inbox-clear-title = 要刪除所有電郵嗎？
inbox-clear-text = 這些電郵並無其他備份。
inbox-clear-no = 保留
inbox-clear-yes = 全部刪除

way = 傳送過程
way-queued = 已加入佇列
way-attempt = 第 { $number } 次嘗試
way-delivered = 已送達
way-retry = 稍後重試
way-failed = 已放棄傳送

relay = 轉發伺服器
relay-accept = 接受
relay-refuse = 拒絕
relay-greylist = 灰名單
relay-stall = 沒有回應
