recommend-favourites = お気に入り{ $count }作品から選んだおすすめ：
recommend-start = お気に入りがまだないので、まずは幅広く名作を選びました。好きな作品の★を押すと、好みを覚えます。
recommend-based-on = 「{ $titles }」が好きなら：
recommend-mood = 「{ $mood }」に合うおすすめ：
recommend-with = { $names }さんと一緒に見るなら：
recommend-none = 条件に合う作品がもうありません。条件を減らすか、別の気分で試してみてください。

# Titles stand within 「」 in the sentences below: two of them become 「A」と「B」.
and-two = { $first }」と「{ $second }
why-taste = 「{ $titles }」が好きな人に愛されている作品です。
why-taste-shared = 「{ $titles }」との共通点：{ $shared }。同じファンに愛されています。
why-alike = 「{ $titles }」に近い作品です。
why-alike-shared = 「{ $titles }」との共通点：{ $shared }。
why-mood = ストーリーがあなたの言葉に合っています。
why-mood-shared = あなたの言葉に合うところ：{ $shared }。
why-friend = 「{ $titles }」好きに合います。
why-popular = 広く愛されている、最初の一本にぴったりの作品です。
why-popular-shared = 広く愛されている作品で、最初の一本にぴったりです（{ $shared }）。
pick-for = { $names }さんへのおすすめ。
button-expired = このボタンは期限切れです。もう一度コマンドを送ると、新しいボタンが出ます。
button-not-yours = これはほかの人への返事のボタンです。/recommend で自分用のおすすめを出せます。
pressed-already = もう済んでいます。

friend-empty = { $name }さんのお気に入りはまだありません。/fav add で追加してもらってください。
compare-whom = 誰と比べるか教えてください：/compare with:@friend
compare-heading = { $name }さんとの相性：{ $percent }%
compare-shared = ふたりとも好き：{ $titles }
compare-mine = あなたのお気に入りで、{ $name }さんにもおすすめ：{ $titles }
compare-theirs = { $name }さんのお気に入りで、あなたにもおすすめ：{ $titles }
compare-both-like = ふたりとも好きなジャンル：{ $genres }
compare-you-more = あなたのほうが好き：{ $genres }
compare-they-more = { $name }さんのほうが好き：{ $genres }
