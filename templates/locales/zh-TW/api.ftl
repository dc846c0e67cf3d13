### 繁體中文（台灣）。Register: polite 您, friendly and plain; Taiwanese terms (帳號, 收件匣, 網路).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

invalid-parameter = 輸入的內容有誤，請檢查後再試一次
send-later = 郵件已寄出，如果沒有收到，請在 { $minutes } 分鐘後重新傳送
send-limit = 索取驗證碼的次數過多，請稍後再試
unavailable = 服務暫時無法使用，請稍後再試
verify-first = 請先取得驗證碼
too-many-tries = 嘗試次數過多，請在 { $minutes } 分鐘後重新取得驗證碼
wrong-code = 驗證碼不正確，請確認後再試一次
