telegram-token-wrong = Telegram refuses the token in OSUSUME_TELEGRAM_TOKEN. Copy it anew from @BotFather.
telegram-webhook-wrong = The webhook cannot be used: { $problem }. Look at the OSUSUME_TELEGRAM_WEBHOOK_ settings in .env.example.
telegram-private-first = That answer is for you alone. Open a chat with me first: https://t.me/{ $bot }
telegram-words-only = I read words and pictures, and lists sent as a file. /help shows what I can do.
telegram-anonymous = You write in the name of a group or channel, so I cannot tell whose favourites to use. Write as yourself, please.
telegram-file-lost = I could not fetch “{ $name }”. Please send it once more.
