terminal-welcome = Osusume へようこそ。まずは /recommend · /fav add 蟲師 · /anime search — 数字でボタンを押し、Ctrl-D で終了します。
web-ready = Osusume の準備ができました：{ $address }
    試してみてください：/recommend · /recommend mood:"静か、幽霊、日本の田舎" · /fav add 蟲師
file-unreadable = { $file } を読み込めません。パスは正しいですか？テキストファイルですか？
case-wrong = { $line }行目の形式が違います。1行に1つの JSON オブジェクトを書いてください。例：{"{"}"case": "a", "favourites": [457]{"}"}
ids-wrong = 「{ $given }」は MAL ID ではありません。数字をカンマで区切って書いてください：457,1
id-unknown = MAL ID { $mal_id } のアニメはカタログにありません。
training-missing = 学習にはほかのパッケージも必要です。次のコマンドでインストールしてください：pip install -e '.[training]'
