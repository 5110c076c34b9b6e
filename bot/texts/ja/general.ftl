help-heading = アニメのおすすめと、お気に入りの管理ができます。まずは /recommend、/recommend like 蟲師、/fav add フリーレン をどうぞ。
help-showing-discord = 気になる画像は /describe にドロップするか、画像のあるメッセージのメニューで「アプリ」→「{ menu-identify }」を選んでください。
help-showing-telegram = 気になる画像や動画は、そのまま送ってください。グループでは、画像と一緒に、または画像への返信で、私をメンションしてください。
help-showing-web = 気になる画像や動画は、ここにドロップするか、貼り付けるか、選んでください。
help-showing-terminal = 気になる画像や動画は、/describe に続けてファイルをここにドロップするか、そのパスを書いてください。
yes = はい
no = いいえ

input-empty = コマンドを書いてください。例：/recommend、/fav add 蟲師
input-long = 長すぎて読み切れません。{ $most }文字以内にしてください。
value-long = 「{ $option }」が長すぎます。{ $most }文字以内にしてください。
command-unknown = 「{ $name }」というコマンドはありません。/help でできることを確認できます。
command-partial = /{ $name } のあとに、もう一語必要です：{ $commands }
option-unknown = /{ $command } の「{ $text }」の意味がわかりませんでした。/help でできることを確認できます。
option-missing = /{ $command } には「{ $option }」が必要です。
number-wrong = 「{ $option }」には数字を入れてください（「{ $given }」は数字ではありません）。
number-range = 「{ $option }」は{ $low }〜{ $high }で指定してください。
choice-wrong = 「{ $option }」に「{ $given }」は選べません。次から選んでください：{ $choices }
cooldown = ちょっと待ってください。{ $seconds }秒後にもう一度どうぞ。
admin-only = 変更できるのは、このサーバーの管理者だけです。
server-only = 個人チャットでは使えません。サーバーかグループで使ってください。
bug = こちらで問題が起きました。申し訳ありません。また起きるようなら、このボットの運営者に番号 { $number } を伝えてください。

setting-malformed = { $name } の設定が正しくありません：{ $problem }。.env.example を見てください。
setting-missing = { $name } が設定されていません。.env.example を見てください。

settings-now = あなたの設定です。変更の例：/settings me language:en novelty:adventurous
settings-changed = 変更しました。
settings-server-now = このサーバーの設定です。変更の例：/settings server adult:yes
setting-language = 言語
setting-novelty = 冒険度
setting-private = 返事を自分だけに表示
setting-spoilers = ネタバレを含むかもしれない文章を表示
setting-adult = 許可された場所での成人向け作品
setting-min_members = 登録者数の下限
setting-server-adult = 年齢制限チャンネルでの成人向け作品

privacy-kept = 保存されているあなたのデータです。このサービスでのアカウント番号だけに結びつけています：
privacy-nothing = あなたについて保存されているデータはありません。
privacy-never = 名前・メッセージ・画像は保存しません。/privacy erase ですべて完全に消せます。
privacy-places = { $days ->
    [0] サーバーが教えてくれたこと、サーバーの設定、アートチャンネルの記録は、私が外されるとすぐに消えます。
   *[other] サーバーが教えてくれたこと、サーバーの設定、アートチャンネルの記録は、私が外されてから { $days } 日後に消えます。
}
privacy-profiles = 設定
privacy-accounts = アカウント：{ $count }件
privacy-entries = リストの作品：{ $count }件
privacy-unmatched-entries = 取り込んだリストのうち、一致する作品がなかったもの：{ $count }件
privacy-cleared = 外したお気に入り（1時間以内に元に戻せるように）
privacy-link-codes = 連携用のコード（10分間）
privacy-answers = ボタンを使えるようにするための返事：{ $count }件
privacy-presses = 押したボタン：{ $count }件
privacy-exported = 保存されているあなたのデータは、すべてこのファイルに入っています。
privacy-erase-sure = 保存されているあなたのデータを、連携したアカウントの分も含めてすべて消しますか？元には戻せません。
privacy-erased = 保存されていたあなたのデータをすべて消しました。
privacy-not-erased = わかりました。何も消していません。
button-erase = はい、すべて消す
link-code = 10分以内に、もう一方のアカウントから次のように送ってください：/link { $code }
link-done = アカウントを連携しました。お気に入りは合わせて{ $count }作品です。
person-unknown = { $name } が誰のことかわかりませんでした。メンバー一覧から選ぶか、その人のメッセージに返信してください。
