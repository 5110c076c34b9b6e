import-reading = 読み込み中
import-fetching = AniList から取得中（現在{ $count }ページ）
import-writing = カタログを書き込み中
import-embedding = テキストをベクトル化中
import-done = { $read }行を読み込みました：追加{ $added }作品、情報の補完{ $enriched }作品、変更なし{ $unchanged }作品、スキップ{ $skipped }行。カタログは全{ $titles }作品になりました。
import-next = 起動中のボットには、次の起動から反映されます。`osusume catalogue embed` を実行すると、新しい作品や文章も気分・ストーリーでの検索に使われます。
import-skipped = { $file } { $line }行目：{ $sentence }
import-skipped-more = …ほか{ $count }件も同様です
embed-done = { $count ->
    [0] すべての作品がベクトル化済みでした。
   *[other] { $count }作品をベクトル化しました。起動中のボットには、次の起動から反映されます。
}

import-row-id = MAL ID（1〜9999999 の数字）がありません
import-row-title = タイトルがありません
import-row-twice = MAL ID { $mal_id } はこのファイルの前の行にもあります（最初の行を使います）
import-row-other-title = MAL ID { $mal_id } はカタログでは「{ $title }」、ファイルでは「{ $given }」です。本当に MAL ID ですか？
import-row-no-mal-id = MAL ID のない作品です
import-row-bare = 「{ $title }」というタイトル以外の情報がありません
import-row-commercial = 「{ $title }」は CM です
import-row-json = JSON オブジェクトではありません
import-row-csv = 表の行として読めません（引用符が抜けているかもしれません）
import-row-columns = この行のセルは{ $found }個ですが、見出しは{ $expected }個です
import-row-encoding = この行は UTF-8 ではありません
import-row-long = この行は 1 MB を超えています

import-unreadable = { $file } を読み込めません。パスは正しいですか？読み取り権限はありますか？
import-unwritable = 新しいカタログを書き込めません（{ $reason }）。これまでのカタログを引き続き使います。ディスクの空き容量と、ホームフォルダーへの書き込み権限を確認してください。
import-zip = { $file } は ZIP ファイルです。展開してから、中のファイルを取り込んでください。
import-cut = { $file } は壊れているか、途中で切れています。何も変更していません。ファイルを入手し直してください。
import-format-unknown = { $file } の形式がわかりません。--format で指定してください：{ $formats }
import-columns = MAL ID の列とタイトルの列が必要です。--map mal_id=列名,title=列名 で指定してください。この表の列：{ $columns }
import-map-wrong = 「{ $given }」の意味がわかりません。--map title=Name,mal_id=Id のように書いてください。
import-map-field = 「{ $field }」という項目はありません。使える項目：{ $fields }
import-map-column = 「{ $column }」という列はありません。この表の列：{ $columns }
import-date-wrong = 「{ $given }」は日付ではありません。2026-01-31 のように書いてください。
import-busy = 別の取り込みが実行中です。終わってからもう一度お試しください。
anilist-unreachable = AniList から正しい応答がありません（{ $reason }）。ここまでの分は残してあります。今日中にもう一度コマンドを実行すれば、続きから再開します。
anilist-refused = AniList にリクエストを拒否されました：{ $reason }

catalogue-missing = カタログファイル { $file } がありません。
catalogue-broken = カタログファイル { $file } が壊れています（{ $reason }）。ホームフォルダーに取り込んだものなら、削除してから取り込み直してください。
catalogue-version = カタログファイル { $file } は別のバージョンで作られています。ホームフォルダーに取り込んだものなら、削除してから取り込み直してください。
