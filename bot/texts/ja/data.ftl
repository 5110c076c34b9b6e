database-busy = データベースが混み合っています。少し待ってからもう一度お試しください。
database-corrupt = データベース { $file } が破損しています（手は加えていません）。バックアップから復元するか、ファイルを別の場所に移して新しく始めてください。
database-foreign = { $file } はこのボットのデータベースではありません（手は加えていません）。OSUSUME_HOME を別の場所にするか、ファイルを移してください。
database-newer = { $file } はこのボットの新しいバージョンで作られています（手は加えていません）。ボットを更新してください。
database-readonly = { $file } に書き込めません。OSUSUME_HOME のフォルダーの権限を確認してください。
database-unreachable = { $file } をデータベースとして開けません。OSUSUME_HOME と OSUSUME_DATABASE_URL を確認してください。
disk-full = ディスクがいっぱいです。空きができるまで、これ以上保存できません。
backup-elsewhere = ここからバックアップできるのは SQLite のデータベースだけです。お使いのデータベースサーバーのツールを使ってください。
backup-onto-itself = { $file } はデータベースそのものです。バックアップには別のファイル名を指定してください。
backup-failed = バックアップ { $file } を書き込めませんでした：{ $problem }

taste-broken = 学習済みファイル { $path } がないか、破損しています。コードと一緒に入手し直すか、OSUSUME_RECOMMENDER=hybrid を設定してください。
taste-version = 学習済みファイル { $path } は別のバージョンのものです。コードと一緒に入手し直すか、OSUSUME_RECOMMENDER=hybrid を設定してください。
vectors-missing = テキストベクトル { $path } がないため、いまは気分を読み取れません。コードと一緒にファイルを入手し直してください。
vectors-broken = テキストベクトル { $path } が破損しているため、いまは気分を読み取れません。コードと一緒にファイルを入手し直してください。
vectors-version = テキストベクトル { $path } は別のバージョンのものなので、いまは気分を読み取れません。コードと一緒にファイルを入手し直してください。
lexicon-broken = 気分の辞書 { $path } がないか、破損しています。コードと一緒に入手し直してください。
encoder-missing = テキストエンコーダー { $name } がインストールされていないため、いまは気分を読み取れません。
