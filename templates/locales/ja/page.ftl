### 日本語（日本）。Register: polite です・ます, no heavy keigo, as consumer products write.
### Full-width punctuation; a half-width space around Latin names and numbers, U+00A0 between a number and its unit.

language = 言語
title = アカウントを作成
lead = メールアドレスを入力してください。6 桁の認証コードをお送りします。
email = メールアドレス
send = コードを送信
resend = 新しいコードを送信
wait = 再送信まで { $time }
ready = 新しいコードを送信できます。
sent = { $email } に認証コードを送信しました。
code = メールに記載された認証コード
check = 確認
incomplete = 6 桁のコードをすべて入力してください。
done = メールアドレスを確認しました
confirmed = { $email } の確認が完了しました。引き続き登録にお進みください。
again = 最初からやり直す
reference = API リファレンス

error-unreachable = サービスに接続できません。インターネット接続を確認して、もう一度お試しください。
error-address = メールアドレスの形式が正しくないようです。確認して、もう一度お試しください。
error-later = コードはすでに送信しています。迷惑メールフォルダもご確認ください。届かない場合は、待ち時間が終わってから新しいコードを取得してください。
error-limit = コードの送信回数が上限に達しました。しばらくしてからもう一度お試しください。
error-unavailable = サービスで問題が発生しました。しばらくしてからもう一度お試しください。
error-no-code = このコードは無効になっています。新しいコードを取得してください。
error-tries = 入力回数の上限に達しました。待ち時間が終わってから新しいコードを取得してください。
error-code = コードが正しくありません。メールを確認して、もう一度お試しください。

inbox = 受信トレイ
inbox-open = 新しいタブで開く
inbox-live = 自動更新中
inbox-lost = 接続が切れました。再接続しています
inbox-count =
    { $count ->
        [0] メールなし
       *[other] メール { $count } 件
    }
inbox-more = 全 { $total } 件のうち、新しい { $shown } 件を表示しています。
inbox-search = 検索
inbox-no-match = 一致するメールはありません。
inbox-empty = メールはまだありません
inbox-hint = コードを送信すると、届いたメールが自動的にここに表示されます。
inbox-choose = 読みたいメールを選択してください。
inbox-gone = このメールはもうありません。
inbox-new = { $to } 宛ての新着メール：{ $subject }
inbox-no-subject = 件名なし
inbox-all = すべてのメール
inbox-from = 差出人
inbox-to = 宛先
inbox-received = 受信日時
inbox-text = テキスト
inbox-html = HTML
inbox-source = ソース
inbox-copy = コピー
inbox-copy-code = コードをコピー
inbox-copied = コピーしました
inbox-no-copy = ここではコピーできません
inbox-delete = 削除
inbox-deleted = メールを削除しました
inbox-clear = すべて削除…
inbox-clear-title = すべてのメールを削除しますか？
inbox-clear-text = メールはほかの場所には保存されていません。
inbox-clear-no = 削除しない
inbox-clear-yes = すべて削除

way = 配信状況
way-queued = 送信待ち
way-attempt = { $number } 回目の送信
way-delivered = 配信済み
way-retry = 再送信予定
way-failed = 配信を断念

relay = 中継サーバー
relay-accept = 受け入れ
relay-refuse = 拒否
relay-greylist = グレイリスト
relay-stall = 応答なし
