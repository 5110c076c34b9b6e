command-identify = Ai trong ảnh? Khoanh và gọi tên từng gương mặt, kèm tên phim
command-tag = Gắn thẻ cho ảnh
command-caption = Tả ảnh bằng lời, hoặc viết văn bản thay thế
command-describe = Mọi điều về bức ảnh: ai trong ảnh, thẻ và lời tả
option-pictures = Bức ảnh; hoặc trả lời một tin nhắn có ảnh
option-whole = Đoán từ cả bức ảnh, không tìm gương mặt
option-style = Cách viết thẻ
option-length = Độ dài của lời tả
choice-chips = kèm điểm
choice-prompt = prompt (dấu phẩy)
choice-booru = booru (gạch dưới)
choice-short = ngắn
choice-long = dài
choice-alt = văn bản thay thế
menu-identify = Đây là ai?
menu-tag = Thẻ
menu-alt = Văn bản thay thế
picture-missing = Hãy gửi kèm một bức ảnh, hoặc trả lời một tin nhắn có ảnh.
picture-unsafe = Bức ảnh này có vẻ quá nhạy cảm với nơi này nên mình không xem.
picture-unsafe-channel = Bức ảnh này có vẻ quá nhạy cảm với nơi này nên mình không xem. Trong kênh giới hạn độ tuổi của một máy chủ thì được.
picture-unsafe-server = Bức ảnh này có vẻ quá nhạy cảm và máy chủ này chưa cho phép ảnh như vậy nên mình không xem. Người quản lý máy chủ có thể cho phép trong các kênh giới hạn độ tuổi bằng /settings server adult:yes
picture-unsafe-person = Bức ảnh này có vẻ quá nhạy cảm so với cài đặt của bạn nên mình không xem. Với /settings me adult:yes, mình sẽ xem những ảnh như vậy cho bạn ngay trong kênh này.
seen-heading = { $count ->
    [0] Không tìm thấy gương mặt nào
   *[other] Tìm thấy { $count } gương mặt
}
seen-picture = Ảnh { $number }
seen-nobody = Không có gương mặt anime nào ở đây. Nếu có, hãy thử ảnh lớn hơn hoặc rõ hơn.
seen-whole = Mình không tìm thấy gương mặt nào, nên đây là phỏng đoán từ cả bức ảnh:
seen-unknown = Chưa rõ
seen-certain = chắc { $percent } %
kind-female = nữ
kind-male = nam
kind-other = khác
fact-series = Tác phẩm
fact-rating = Xếp loại
fact-tags = Thẻ
fact-characters = Nhân vật
fact-copyright = Từ
fact-caption = Lời tả
fact-alt = Văn bản thay thế
tags-none = Không có thẻ nào tôi chắc chắn.
tags-none-nobody = Không thấy khuôn mặt vẽ nào, và không có thẻ nào tôi chắc chắn.
fact-look = Hình thức
picture-look = Ảnh { $shape ->
    [wide] ngang
    [tall] dọc
   *[square] gần vuông
}, { $width } × { $height } điểm ảnh. Màu chính: { $colours }
button-more-like-these = Thêm phim tương tự
button-guesses = Xem phỏng đoán
button-wrong = Sai rồi
button-alt = Văn bản thay thế
button-learn = Có, hãy nhớ
button-learn-not = Không
guesses-heading = Các phỏng đoán, chắc nhất trước
which-favourite = Bạn muốn thêm tác phẩm nào vào mục yêu thích?
wrong-which = Gương mặt nào sai?
wrong-who = Thật ra là ai?
wrong-nobody = Mình không còn phỏng đoán nào khác. Hãy dạy mình bằng /character add, kèm tên và ảnh gương mặt đó.
learn-cannot = Cảm ơn bạn. Mô hình đang dùng không nhớ được từng gương mặt, nên mình không thể lưu { $name }.
learn-ask = Mình nhớ gương mặt này là { $name } trong máy chủ này nhé? Mình chỉ lưu các con số mô tả gương mặt, không lưu ảnh.
learn-ask-own = Mình nhớ gương mặt này là { $name } cho bạn nhé? Mình chỉ lưu các con số mô tả gương mặt, không lưu ảnh.
learn-done = Đã nhớ là { $name }.
learn-undone = Đã quên.
learn-not-done = Được rồi, mình không lưu gì cả.
length-wrong = Hãy chọn short, long hoặc alt, không phải { $given }.
pictures-none = Ở đó không có ảnh nào. Hãy chỉ ra tệp hoặc thư mục có ảnh.
path-unreadable = Mình không đọc được { $file }. Đường dẫn có đúng không?
learn-known = Mình đã biết gương mặt này là { $name } rồi.
seen-unknown-number = Chưa rõ { $number }
seen-when = { $name }: { $first } – { $last }
seen-cut = Mình đã xem { $seconds } giây đầu.
metrics-port-taken = Cổng { $port } cho số liệu đã bị chiếm. Hãy chọn cổng khác bằng OSUSUME_METRICS_PORT.
seen-perhaps = có lẽ là { $name }
picture-watching = Đang xem… { $percent } %
names-off = Hiện mình không gọi tên gương mặt được: mô hình cho việc đó bị thiếu hoặc hỏng. Người vận hành xem bằng: osusume models list
