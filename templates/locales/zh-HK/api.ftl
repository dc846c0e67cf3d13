### 繁體中文（香港）。Register: polite 您, written Chinese, not Cantonese; Hong Kong terms (電郵, 帳戶, 網絡).
### Full-width punctuation; a space around Latin names and numbers, U+00A0 between a number and its unit.

invalid-parameter = 輸入的資料不正確，請檢查後再試
send-later = 電郵已發送，如未收到，請於 { $minutes } 分鐘後重新發送
send-limit = 索取驗證碼的次數過多，請稍後再試
unavailable = 服務暫時無法使用，請稍後再試
verify-first = 請先索取驗證碼
too-many-tries = 嘗試次數過多，請於 { $minutes } 分鐘後重新索取驗證碼
wrong-code = 驗證碼不正確，請核對後再試
