telegram-token-wrong = OSUSUME_TELEGRAM_TOKEN のトークンが Telegram に拒否されました。@BotFather からコピーし直してください。
telegram-webhook-wrong = Webhook を使えません：{ $problem }。.env.example の OSUSUME_TELEGRAM_WEBHOOK_ の設定を見てください。
telegram-private-first = この返事はあなただけのものです。まず個人チャットを開いてください：https://t.me/{ $bot }
telegram-words-only = 読めるのは文字と画像、それにファイルで送られたリストです。/help でできることを確認できます。
telegram-anonymous = グループやチャンネルの名義で書かれているので、誰のお気に入りを使えばよいかわかりません。ご自身の名義で書いてください。
telegram-file-lost = 「{ $name }」を取得できませんでした。もう一度送ってください。
