group-artchannel = Kênh tự gắn thẻ cho tranh
command-artchannel-enable = Gắn thẻ và tả mọi bức ảnh đăng trong kênh này
command-artchannel-disable = Ngừng gắn thẻ ảnh trong kênh này
command-artchannel-status = Đây có phải kênh tranh không, còn thiếu gì?
command-artchannel-settings = Câu trả lời trong kênh tranh này hiện những gì
command-artchannel-ignore = Không động đến ảnh của một thành viên trong kênh này
command-artchannel-optout = Không động đến ảnh của tôi ở mọi kênh tranh
option-tags = Hiện thẻ
option-characters = Hiện tên nhân vật
option-caption = Hiện lời tả ngắn
option-alt = Hiện văn bản thay thế
option-most = Nhiều nhất bao nhiêu thẻ
option-threshold = Thẻ phải chắc đến mức nào, từ 0 đến 1
option-block = Thẻ không bao giờ hiện, cách nhau bằng dấu phẩy; - nếu không có
option-member = Ai
option-on = Có hay không
art-server-only = Kênh tranh dành cho máy chủ và nhóm. Hãy gõ lệnh ngay trong kênh đó.
art-lacking = Mình chưa gắn thẻ ảnh ở đây được. Còn thiếu:
art-needs-message-content = Nội dung tin nhắn: bật "Message Content Intent" cho bot trong cổng nhà phát triển của Discord, đặt OSUSUME_DISCORD_MESSAGE_CONTENT=true rồi khởi động lại.
art-needs-view = Quyền "Xem kênh" ở đây.
art-needs-send = Quyền "Gửi tin nhắn" ở đây.
art-needs-embed = Quyền "Nhúng liên kết" ở đây.
art-needs-history = Quyền "Đọc lịch sử tin nhắn" ở đây.
art-needs-privacy-off = Chế độ riêng tư của Telegram giấu ảnh khỏi mình: hãy tắt nó với @BotFather (/setprivacy) rồi thêm mình lại vào nhóm, hoặc cho mình làm quản trị viên.
art-needs-admin = Trong kênh Telegram mình phải là quản trị viên được phép đăng bài.
art-enabled = Xong. Từ giờ mình lặng lẽ trả lời mọi bức ảnh đăng ở đây.
art-disabled = Xong. Từ giờ mình không động đến ảnh đăng ở đây, và đã xóa những gì mình lưu về các ảnh trước. Mình chỉ nhớ câu trả lời nào thuộc tin nhắn nào, để xóa nó khi tin nhắn bị xóa.
art-was-off = Đây không phải kênh tranh nên không có gì để tắt.
art-off-yet = Đây chưa phải kênh tranh. Dùng /artchannel enable để bật.
art-is-on = Đây là kênh tranh. { $others ->
    [0] Đây là kênh duy nhất ở đây.
   *[other] Máy chủ này còn { $others } kênh nữa.
}
art-is-off = Đây không phải kênh tranh. { $others ->
    [0] Máy chủ này chưa có kênh nào.
   *[other] Máy chủ này có { $others } kênh.
}
art-most = Nhiều nhất { $count } thẻ, chắc từ { $percent } % trở lên
art-blocked = Không bao giờ hiện: { $tags }
art-ignored = Từ giờ mình không động đến ảnh của người đó ở đây.
art-not-ignored = Mình lại gắn thẻ cho ảnh của người đó ở đây.
art-opted-out = Từ giờ mình không động đến ảnh của bạn ở mọi kênh tranh.
art-opted-in = Mình lại gắn thẻ cho ảnh của bạn ở các kênh tranh.
art-not-yours = Chỉ người đăng ảnh và người quản lý mới sửa được thẻ.
art-fix-which = Thẻ nào sai?
art-add-which = Còn thiếu gì?
art-remove = Không phải: { $tag }
art-added = Đã thêm: { $tag }
art-removed = Đã bỏ: { $tag }
button-fix-tags = Sửa thẻ
button-add-tag = Thêm thẻ
button-done = Xong
tag-group-count = Bao nhiêu người
tag-group-hair = Tóc
tag-group-eyes = Mắt
tag-group-expression = Nét mặt
tag-group-clothes = Trang phục
tag-group-head = Trên đầu
tag-group-pose = Tư thế
tag-group-background = Phông nền
tag-group-framing = Khung hình
tag-group-objects = Đồ vật
setting-blocked = Thẻ không bao giờ hiện
discord-intent-refused = Discord từ chối nội dung tin nhắn: hãy bật "Message Content Intent" cho bot trong cổng nhà phát triển, hoặc đặt OSUSUME_DISCORD_MESSAGE_CONTENT=false.
