fav-added = ★ 「{ $title }」をお気に入りに追加しました。
fav-already = 「{ $title }」はもうお気に入りに入っています。
fav-removed = 「{ $title }」をお気に入りから外しました。
fav-empty = お気に入りがまだありません。/fav add 蟲師 のように追加してみてください。
fav-list-empty = お気に入りがまだありません。/fav add 蟲師 のように追加するか、/fav import でリストを取り込んでください。
fav-list = お気に入り（{ $count }作品）：
fav-not-among = お気に入りに「{ $name }」らしき作品がありません。/fav list で一覧を見られます。
fav-clear-sure = お気に入り{ $count }作品をすべて外しますか？1時間以内なら元に戻せます。
fav-cleared = お気に入り{ $count }作品をすべて外しました。気が変わったら、1時間以内なら元に戻せます。
fav-back = お気に入り{ $count }作品を元に戻しました。
fav-kept = わかりました。そのまま残しておきます。
button-undo = 元に戻す
button-clear = はい、すべて外す
button-keep = いいえ、そのまま残す

list-nothing = リスト（MyAnimeList XML、AniList JSON、CSV、テキスト）を添付するか、作品名を「;」で区切って書いてください。
list-done = { $count ->
    [0] このリストで一致する作品は見つかりませんでした。
   *[other] リストの{ $count }作品が一致しました。
}
list-favourites = ★ お気に入り：{ $count }
list-seen = 視聴済み：{ $count }
list-dropped = 切った：{ $count }
list-planned = 見る予定：{ $count }
list-ambiguous = 「{ $name }」の候補：{ $titles }
list-more-ambiguous = …ほか{ $count }件にも複数の候補があります
list-unknown = カタログにない作品（{ $count }件、書き出し用に保存）：{ $names }
list-skipped = スキップ（{ $count }件）：{ $reasons }
export-done = あなたのリストです。ここでもほかのサービスでも、また取り込めます。
marked-seen = 「{ $title }」を視聴済みにしました。もうおすすめには出ません。
marked-dismissed = 「{ $title }」は好みじゃないんですね。了解です。
list-too-large = ファイルが { $megabytes } MB を超えています。リストにしては大きすぎますが、このファイルで合っていますか？
list-too-many = リストの作品数が{ $most }を超えています。分割して取り込んでください。
list-empty = このリストには作品がありません。
list-unreadable = このファイルをリストとして読み込めません。MyAnimeList の XML・JSON、AniList の JSON、CSV、テキストに対応しています。
list-broken = リストが{ $line }行目で途切れているか、破損しています。何も変更していません。書き出し直してください。
list-manga = これはマンガのリストです。扱えるのはアニメだけなので、アニメのリストを書き出してください。
list-row-empty = 作品名がない
list-row-score = 点数が1〜10の数字ではない
list-row-status = 知らない視聴状況
list-row-manga = マンガ
list-row-repeated = 同じ作品が重複
list-row-heading = 見出し
profile-full = リストがいっぱいです。保存できるのは{ $most }作品までです。
score-range = 点数は{ $lowest }〜{ $highest }でつけてください。
note-too-long = メモが長すぎます。{ $longest }文字以内にしてください。
undo-gone = もう元に戻せません。
link-code-wrong = コードが間違っているか、10分を過ぎています。/link で新しいコードを取得してください。
link-code-own = それはこのアカウントのコードです。もう一方のアカウントから送ってください。
not-linked = このアカウントはどのアカウントとも連携していません。

fav-hidden = 成人向けの { $count } 作品は、ここでは表示しません。
