model-missing = モデル { $model } がないため、それを使う機能は止まっています。次のコマンドで取得できます：osusume models pull { $model }
model-broken = モデル { $model } が壊れているため、それを使う機能は止まっています。次のコマンドで取得し直せます：osusume models pull { $model }（付属のモデルなら、入れ直してください）
model-unknown = 「{ $given }」というモデルはありません。一覧はこちら：osusume models list
model-embedded = { $model } は Osusume に付属しているので、取得も削除もしません。
model-other-purpose = { $model } は { $purpose } には使えません。用途：{ $purposes }
model-not-pulled = { $model } はまだありません。先に取得してください：osusume models pull { $model }
preset-unknown = 「{ $given }」というプリセットはありません。次から選んでください：{ $presets }
manifest-unreadable = モデル一覧 data/models/manifest.toml を読み込めません（{ $problem }）。コードと一緒に取得し直してください。
manifest-wrong = モデル一覧 data/models/manifest.toml の { $row } で「{ $field }」が正しくありません：{ $problem }
models-folder = モデル用のフォルダーを使えません：{ $problem }。OSUSUME_HOME のフォルダーを確認してください。
torch-missing = このモデルにはほかのパッケージも必要です。次のコマンドでインストールしてください：pip install -e '.[models]'

pull-busy = 別の取得が実行中です。終わってからもう一度お試しください。
pull-offline = オフラインのため、何も取得していません。ない、または不完全なもの：{ $models }
pull-disk = ディスクの空きが足りません：{ $needed } MB 必要ですが、空きは { $free } MB です。
pull-gated = { $model } は、{ $page } で利用条件に同意した人だけが取得できます。同意したうえで、そのアカウントのアクセストークンを OSUSUME_MODELS_TOKEN に設定してください。
pull-refused = サーバーが { $model } の提供を拒否しました（HTTP { $status }）。アカウントが必要な場合は OSUSUME_MODELS_TOKEN を設定してください。
pull-gone = { $host } には、一覧どおりの { $model } がもうありません。Osusume を更新するか、別のモデルを選んでください。
pull-failed = { $model } について、サーバーが HTTP { $status } を返しました。あとでもう一度お試しください。
pull-limited = サーバーが { $model } の前に { $seconds } 秒待つよう求めています。そのあとでもう一度お試しください。受信済みの分は残っています。
pull-redirects = { $model } の転送先が堂々巡りしているか、安全ではありません。OSUSUME_MODELS_ENDPOINT を確認してください。
pull-unreachable = { $model } を取得できませんでした：接続が続けて失敗しました（{ $problem }）。もう一度お試しください。受信済みの分は残っています。
pull-length = { $model } の { $file } は一覧と長さが違うため、採用しませんでした。以前からあるものはそのままです。
pull-content = { $model } の { $file } は一覧と内容が違うため、破棄しました。以前からあるものはそのままです。
pull-needs-yes = ここでは確認を求められません。--yes を付けてください。
pull-sure = これらを取得しますか？
pull-free = このディスクの空き：{ $size }
pull-done = { $count ->
    [0] すべて揃っています。
   *[other] { $count }件のモデルを取得し、確認しました。
}

models-use-now = ボットの次の起動からプリセット { $preset } を使います。
models-use-hint = 使うには：osusume models use { $model }
models-use-what = 使うものを指定してください：プリセット（{ $presets }）またはモデルの名前。
models-remove-sure = { $models } をディスクから削除しますか？
models-removed = { $size } を空けました。
models-cost = ディスク { $disk }、メモリ { $memory }（実測）
models-cost-unmeasured = ディスク { $disk }、メモリは未測定（少なくとも同量）
model-check-note =
    検証が「sha256」：一覧のチェックサムと照合します。「初回取得」：一部のファイルのチェックサムが一覧になく、初回の取得時に
    長さとハブが示すチェックサムを確かめ、以後はそのとき届いた内容と照合します。
model-check-sha256 = sha256
model-check-first = 初回取得
model-state-embedded = 内蔵
model-state-pulled = 取得済み
model-state-partial = 一部のみ
model-state-broken = 破損
model-state-missing = なし
model-built-in = 内蔵
model-composer = 文の組み立て
model-off = オフ
model-lacking = （ない、または破損：{ $models }）
model-unequipped = （ほかのパッケージが必要、pip install -e '.[{ $extra }]'：{ $models }）
purpose-detector = 検出
purpose-recogniser = 人物認識
purpose-tagger = タグ付け
purpose-captioner = 説明文
purpose-rating = 年齢区分
models-column-model = モデル
models-column-purpose = 用途
models-column-state = 状態
models-column-size = サイズ
models-column-check = 検証
models-column-licence = ライセンス
models-column-used = 使用中
models-column-needs = 必要なもの
