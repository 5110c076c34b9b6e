training-config = ファイル{ $file }は学習の設定として使えません（{ $problem }）。
training-classes = 学習に使える画像のあるクラスが二つ以上必要です。--data のフォルダーを確かめてください。
weights-unreachable = { $name }のImageNetの重みを取得できませんでした。インターネットに接続するか、重みのファイルを指定してください。
weights-unreadable = { $file }を重みとして読めません。.pth か .safetensors の state_dict を指定してください。
weights-unfit = { $file }の重みは別のバックボーンのものです（{ $missing }がありません）。
distributed-alone = --distributed には複数のプロセスが必要です。torchrun --nproc-per-node=N --no-python osusume train ... で起動してください。
distributed-budget = 複数のプロセスでは --budget は使えません。--config のファイルでステップ数を指定してください。
captioner-missing = { $path }にBLIPのモデルがありません。config.json と重みのあるフォルダーを指定してください。
classifier-broken = { $file }は評価できる分類モデルではありません。
labels-needed = ラベルのファイル{ $file }がないか壊れています。モデルの隣に置くか、--labels で指定してください。
sheet-inside = { $path }はプロジェクトの中です。他の人の絵はそこに置けません。--sheet には外の場所を指定してください。
sheet-unwritable = { $path }に書き込めません。場所と、名前が .png か .jpg で終わることを確かめてください。
training-tags = { $path } には学習や評価に使えるタグ付きの画像がありません。パスと --format を確かめてください。
training-tags-few = それぞれ { $pictures } 枚以上の画像があるタグが少なくとも二つ必要です。画像を増やすか、--config で least_pictures を下げてください。
install-nothing = { $path } に学習済みのタグ付けモデルがありません。osusume train tagger が書き出したフォルダーを指定してください。
install-name = { $given } はモデルの名前にできません。英小文字と数字とハイフンを使ってください。
install-taken = { $given } という別のモデルがすでにあります。--name で名前を選んでください。
install-unwritable = モデルのフォルダーに書き込めません: { $problem }。権限とディスクの空きを確かめてください。
