### 日本語（日本）。Register: polite です・ます, no heavy keigo, as consumer products write.
### Full-width punctuation; a half-width space around Latin names and numbers, U+00A0 between a number and its unit.

invalid-parameter = 入力内容が正しくありません
send-later = メールは送信済みです。届かない場合は、{ $minutes } 分後にもう一度お試しください
send-limit = コードの送信回数が上限に達しました。しばらくしてからもう一度お試しください
unavailable = 現在サービスをご利用いただけません。しばらくしてからもう一度お試しください
verify-first = 先に認証コードを取得してください
too-many-tries = 入力回数の上限に達しました。{ $minutes } 分後に新しい認証コードを取得してください
wrong-code = 認証コードが正しくありません。もう一度ご確認ください
