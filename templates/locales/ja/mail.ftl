subject = { $code } は { $brand } の認証コードです
heading = メールアドレスの確認
intro = 次の認証コードを入力して、{ $brand } への登録を完了してください。
validity =
    { $minutes ->
        [0] このコードの有効期限は残り 1 分未満です。
       *[other] このコードの有効期限は残り { $minutes } 分です。
    }
secret = このコードは誰にも教えないでください。
ignore = このメールに心当たりがない場合は、無視していただいて問題ありません。
automatic = このメールは { $brand } から自動送信されています。
