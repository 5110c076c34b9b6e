telegram-token-wrong = Telegram rechaza el token de OSUSUME_TELEGRAM_TOKEN. Cópialo de nuevo de @BotFather.
telegram-webhook-wrong = No se puede usar el webhook: { $problem }. Mira los ajustes OSUSUME_TELEGRAM_WEBHOOK_ en .env.example.
telegram-private-first = Esa respuesta es solo para ti. Abre antes un chat conmigo: https://t.me/{ $bot }
telegram-words-only = Leo texto, imágenes y listas enviadas como archivo. /help muestra lo que sé hacer.
telegram-anonymous = Escribes en nombre de un grupo o canal, así que no sé qué favoritos usar. Escribe con tu propia cuenta, por favor.
telegram-file-lost = No pude descargar “{ $name }”. Envíalo otra vez, por favor.
