group-artchannel = 投稿されたイラストに自動でタグを付けるチャンネル
command-artchannel-enable = このチャンネルに投稿された画像すべてにタグと説明を付ける
command-artchannel-disable = このチャンネルの画像にタグを付けるのをやめる
command-artchannel-status = ここはアートチャンネル？ 何か足りない？
command-artchannel-settings = このアートチャンネルの返信に何を出すか
command-artchannel-ignore = このチャンネルで、あるメンバーの画像はそのままにする
command-artchannel-optout = どのアートチャンネルでも自分の画像はそのままにしてもらう
option-tags = タグを出す
option-characters = キャラクター名を出す
option-caption = 短い説明を出す
option-alt = 代替テキストを出す
option-most = タグの最大数
option-threshold = タグに必要な確度（0～1）
option-block = 出さないタグ（カンマ区切り、なしは -）
option-member = 誰
option-on = はい / いいえ
art-server-only = アートチャンネルはサーバーやグループ用です。そのチャンネルの中で入力してください。
art-lacking = まだここの画像にタグを付けられません。足りないもの：
art-needs-message-content = メッセージ内容：Discord の開発者ポータルでボットの「Message Content Intent」をオンにし、OSUSUME_DISCORD_MESSAGE_CONTENT=true を設定して再起動してください。
art-needs-view = ここでの「チャンネルを見る」権限。
art-needs-send = ここでの「メッセージを送信」権限。
art-needs-embed = ここでの「埋め込みリンク」権限。
art-needs-history = ここでの「メッセージ履歴を読む」権限。
art-needs-privacy-off = Telegram のプライバシーモードのため画像が見えません。@BotFather の /setprivacy でオフにしてからグループに入れ直すか、管理者にしてください。
art-needs-admin = Telegram チャンネルでは、メッセージを投稿できる管理者である必要があります。
art-enabled = 完了です。これからはここに投稿された画像すべてに、静かに返信します。
art-disabled = 完了です。これからはここの画像をそのままにします。これまでの画像について保存していたものは消去しました。メッセージが削除されたときに返信も消せるように、どの返信がどのメッセージのものかだけは覚えておきます。
art-was-off = ここはアートチャンネルではないので、オフにするものがありません。
art-off-yet = ここはまだアートチャンネルではありません。/artchannel enable でオンにできます。
art-is-on = ここはアートチャンネルです。{ $others ->
    [0] このサーバーではここだけです。
   *[other] このサーバーにはほかに{ $others }つあります。
}
art-is-off = ここはアートチャンネルではありません。{ $others ->
    [0] このサーバーには1つもありません。
   *[other] このサーバーには{ $others }つあります。
}
art-most = タグは最大{ $count }個、確度{ $percent }％以上
art-blocked = 出さないタグ：{ $tags }
art-ignored = これからは、ここでのこの人の画像をそのままにします。
art-not-ignored = ここでのこの人の画像に、またタグを付けます。
art-opted-out = これからは、どのアートチャンネルでもあなたの画像をそのままにします。
art-opted-in = アートチャンネルで、またあなたの画像にタグを付けます。
art-not-yours = タグを直せるのは、画像を投稿した人とモデレーターだけです。
art-fix-which = どのタグが違いますか？
art-add-which = 何が足りませんか？
art-remove = 違う：{ $tag }
art-added = 追加しました：{ $tag }
art-removed = 外しました：{ $tag }
button-fix-tags = タグを直す
button-add-tag = タグを足す
button-done = 完了
tag-group-count = 人数
tag-group-hair = 髪
tag-group-eyes = 目
tag-group-expression = 表情
tag-group-clothes = 服
tag-group-head = 頭まわり
tag-group-pose = ポーズ
tag-group-background = 背景
tag-group-framing = 構図
tag-group-objects = 物
setting-blocked = 出さないタグ
discord-intent-refused = Discord がメッセージ内容を拒否しました。開発者ポータルでボットの「Message Content Intent」をオンにするか、OSUSUME_DISCORD_MESSAGE_CONTENT=false にしてください。
