### 日本語（日本）。Register: polite です・ます, no heavy keigo, as consumer products write.
### Full-width punctuation; a half-width space around Latin names and numbers, U+00A0 between a number and its unit.

subject = { $code } は { $brand } の認証コードです
heading = メールアドレスの確認
intro = 次の認証コードを入力して、{ $brand } への登録を完了してください。
validity =
    { $minutes ->
        [0] このコードは誰にも教えないでください。1 分以内に無効になります。
       *[other] このコードは誰にも教えないでください。{ $minutes } 分後に無効になります。
    }
ignore = このメールにお心当たりがない場合は、無視していただいて問題ありません。
