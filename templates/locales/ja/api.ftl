invalid-parameter = パラメーターが正しくありません
send-later = メールは送信済みです。届かない場合は、{ $minutes } 分後にもう一度送信してください
send-limit = コードの送信回数が上限に達しました。しばらくしてからもう一度お試しください
unavailable = サービスは一時的にご利用いただけません。しばらくしてからもう一度お試しください

verify-first = 先に認証コードを送信してください

too-many-tries = 試行回数が上限に達しました。{ $minutes } 分後に認証コードを再送信してください

wrong-code = 認証コードをご確認ください
