command-identify = この絵は誰？ 顔をすべて囲み、名前と作品名を付けます
command-tag = 画像にタグを付けます
command-caption = 画像を文章で説明、または代替テキストを作成します
command-describe = 画像のすべて：登場人物、タグ、説明文
option-pictures = 画像。画像のあるメッセージへの返信でもかまいません
option-whole = 顔を探さず、画像全体から判定する
option-style = タグの書き方
option-length = 文の長さ
choice-chips = スコア付き
choice-prompt = プロンプト（カンマ区切り）
choice-booru = booru（アンダースコア）
choice-short = 短い
choice-long = 長い
choice-alt = 代替テキスト
menu-identify = これは誰？
menu-tag = タグ
menu-alt = 代替テキスト
picture-missing = 画像を添えて送るか、画像のあるメッセージに返信してください。
picture-unsafe = この場所には刺激が強すぎる画像のようなので、そのままにしておきます。
picture-unsafe-channel = この場所には刺激が強すぎる画像のようなので、そのままにしておきます。サーバーの年齢制限チャンネルでなら見られます。
picture-unsafe-server = 刺激が強すぎる画像のようで、このサーバーではまだ許可されていないため、そのままにしておきます。サーバーの管理者が /settings server adult:yes とすれば、年齢制限チャンネルで見られるようになります。
picture-unsafe-person = あなたの設定には刺激が強すぎる画像のようなので、そのままにしておきます。/settings me adult:yes とすれば、このチャンネルでそうした画像も見ます。
seen-heading = { $count ->
    [0] 顔は見つかりませんでした
   *[other] 顔が{ $count }つ見つかりました
}
seen-picture = 画像{ $number }
seen-nobody = アニメの顔は見つかりませんでした。写っているはずなら、もっと大きく鮮明な画像で試してください。
seen-whole = 顔が見つからなかったので、画像全体からの推測です：
seen-unknown = 不明
seen-certain = 確度{ $percent }％
kind-female = 女性
kind-male = 男性
kind-other = その他
fact-series = 作品
fact-rating = レーティング
fact-tags = タグ
fact-characters = キャラクター
fact-copyright = 出典
fact-caption = 説明
fact-alt = 代替テキスト
tags-none = 確かなタグはありません。
tags-none-nobody = 描かれた顔は見つからず、確かなタグもありません。
fact-look = 見た目
picture-look = { $shape ->
    [wide] 横長
    [tall] 縦長
   *[square] 正方形に近い形
}、{ $width } × { $height } ピクセル。主な色：{ $colours }
button-more-like-these = 似た作品
button-guesses = 候補を見る
button-wrong = 違います
button-alt = 代替テキスト
button-learn = はい、覚えて
button-learn-not = いいえ
guesses-heading = 候補（確度の高い順）
which-favourite = どの作品をお気に入りに入れますか？
wrong-which = どの顔が違いますか？
wrong-who = 本当は誰ですか？
wrong-nobody = 他の候補はありません。/character add に名前とその顔の画像を添えて教えてください。
learn-cannot = ありがとうございます。今のモデルは個々の顔を覚えられないので、{ $name }として記憶できません。
learn-ask = このサーバーで、この顔を{ $name }として覚えますか？ 保存するのは顔を表す数値だけで、画像は保存しません。
learn-ask-own = あなたのために、この顔を{ $name }として覚えますか？ 保存するのは顔を表す数値だけで、画像は保存しません。
learn-done = { $name }として覚えました。
learn-undone = 忘れました。
learn-not-done = わかりました。何も保存していません。
length-wrong = { $given }ではなく、short・long・alt のどれかを選んでください。
pictures-none = そこに画像はありません。ファイルか、画像のあるフォルダーを指定してください。
path-unreadable = { $file }を読めません。パスは正しいですか？
learn-known = この顔はもう{ $name }として覚えています。
seen-unknown-number = 不明{ $number }
seen-when = { $name }：{ $first }～{ $last }
seen-cut = 最初の{ $seconds }秒を見ました。
metrics-port-taken = メトリクス用のポート{ $port }は使用中です。OSUSUME_METRICS_PORT で別のものを選んでください。
seen-perhaps = { $name }かもしれません
picture-watching = 見ています… { $percent }％
names-off = いまは顔の名前が分かりません。そのためのモデルがないか壊れています。ホストは osusume models list で確かめられます。
