telegram-token-wrong = Telegram từ chối token trong OSUSUME_TELEGRAM_TOKEN. Hãy chép lại từ @BotFather.
telegram-webhook-wrong = Không dùng được webhook: { $problem }. Hãy xem các cài đặt OSUSUME_TELEGRAM_WEBHOOK_ trong .env.example.
telegram-private-first = Câu trả lời đó chỉ dành cho bạn. Hãy mở chat riêng với mình trước: https://t.me/{ $bot }
telegram-words-only = Mình đọc được chữ, ảnh, và danh sách gửi dưới dạng tệp. Gõ /help để xem mình làm được gì.
telegram-anonymous = Bạn đang viết dưới tên nhóm hoặc kênh nên mình không biết dùng danh sách yêu thích của ai. Hãy viết bằng tài khoản của bạn nhé.
telegram-file-lost = Mình không tải được “{ $name }”. Bạn gửi lại giúp mình nhé.
