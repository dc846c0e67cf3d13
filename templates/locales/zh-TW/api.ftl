invalid-parameter = 參數無效
send-later = 郵件已寄出，若未收到，請於 { $minutes } 分鐘後重新寄送
send-limit = 索取驗證碼次數過多，請稍後再試
unavailable = 服務暫時無法使用，請稍後再試

verify-first = 請先取得驗證碼

too-many-tries = 嘗試次數過多，請於 { $minutes } 分鐘後重新取得驗證碼

wrong-code = 驗證碼不正確，請確認後再試
