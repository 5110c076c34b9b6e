telegram-token-wrong = Telegram refuses the token in OSUSUME_TELEGRAM_TOKEN. Copy it anew from @BotFather.
telegram-private-first = That answer is for you alone. Open a chat with me first: https://t.me/{ $bot }
