fact-format = 形式
fact-aired = 放送
fact-score = スコア
fact-genres = ジャンル
fact-studio = 制作
fact-episodes = { $count }話
fact-minutes = { $count }分
fact-members = { $count }人が登録
season-winter = { $year }年冬
season-spring = { $year }年春
season-summer = { $year }年夏
season-fall = { $year }年秋

button-favourite = お気に入り
button-favourited = お気に入り済み
button-seen = 視聴済み
button-dismiss = 好みじゃない
button-more-like = 似た作品
button-details = 詳細

details-start-here = 初めてなら「{ $title }」からどうぞ。
details-franchise = 同じシリーズ：{ $titles }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }作品
}
which-one = どの作品ですか？
search-found = { $count }件見つかりました。選ぶと詳細が見られます。
search-empty = 作品名か、条件をひとつ以上入れてください。例：/anime search title:蟲師
search-none = すべての条件に合う作品はありませんでした。条件を減らしてみてください。
season-listed = { $season }アニメ：{ $count }作品（知名度順）
season-none = { $season }の作品はまだ登録されていません。
title-unknown = 「{ $name }」というアニメは見つかりませんでした。{ $known ->
    [0] 表記を確かめるか、別の呼び名で試してみてください。
   *[other] もしかして：{ $nearest }
}
filter-unknown = 「{ $name }」というジャンル・テーマ・制作会社は見つかりませんでした。近いもの：{ $nearest }
title-gone = カタログから消えたアニメ（MAL ID { $mal_id }）
page-of = { $page } / { $pages } ページ
