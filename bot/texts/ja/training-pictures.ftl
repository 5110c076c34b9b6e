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
