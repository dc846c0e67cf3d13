invalid-parameter = 參數無效
send-later = 郵件已寄出，若未收到，請於 { $minutes } 分鐘後重新寄送
send-limit = 索取驗證碼次數過多，請稍後再試
unavailable = 服務暫時無法使用，請稍後再試
