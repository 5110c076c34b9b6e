discord-token-wrong = Discord từ chối token trong OSUSUME_DISCORD_TOKEN. Hãy chép lại từ trang dành cho nhà phát triển.
file-long = { $name } quá lớn. Mình đọc được danh sách tối đa { $most } MB.
file-gone = Mình không tải được { $name } từ Discord. Bạn đính kèm lại giúp mình nhé.
file-too-large = { $name } lớn hơn mức mình được tải lên ở đây.
discord-unreachable = Không kết nối được với Discord ({ $problem }). Hãy kiểm tra mạng của máy này rồi khởi động lại.
