discord-token-wrong = OSUSUME_DISCORD_TOKEN のトークンが Discord に拒否されました。開発者ポータルからコピーし直してください。
file-long = { $name } は大きすぎます。読み込めるリストは { $most } MB までです。
file-gone = { $name } を Discord から取得できませんでした。もう一度添付してください。
file-too-large = { $name } は、ここにアップロードできる大きさを超えています。
discord-unreachable = Discord に接続できません（{ $problem }）。このコンピューターの接続を確認して、起動し直してください。
