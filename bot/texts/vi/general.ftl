help-heading = Mình gợi ý anime và giữ danh sách yêu thích cho bạn. Thử /recommend, /recommend like Mushishi, hoặc /fav add Frieren nhé.
help-showing-discord = Tò mò về một bức ảnh? Thả ảnh vào /describe, hoặc mở menu của tin nhắn có ảnh: Ứng dụng, rồi “{ menu-identify }”.
help-showing-telegram = Tò mò về một bức ảnh hay video? Cứ gửi cho mình. Trong nhóm, hãy nhắc đến mình kèm ảnh hoặc khi trả lời ảnh.
help-showing-web = Tò mò về một bức ảnh hay video? Cứ thả vào đây, dán hoặc chọn tệp.
help-showing-terminal = Tò mò về một bức ảnh hay video? Gõ /describe rồi thả tệp vào đây, hoặc gõ đường dẫn.
yes = có
no = không

input-empty = Hãy viết một lệnh, ví dụ /recommend hoặc /fav add Mushishi.
input-long = Dài quá: viết dưới { $most } ký tự giúp mình nhé.
value-long = “{ $option }” dài quá: viết dưới { $most } ký tự nhé.
command-unknown = Mình không biết “{ $name }”. Gõ /help để xem mình làm được gì.
command-partial = /{ $name } cần thêm một từ: { $commands }
option-unknown = Mình không hiểu “{ $text }” trong /{ $command }. Gõ /help để xem mình làm được gì.
option-missing = /{ $command } cần có “{ $option }”.
number-wrong = “{ $option }” phải là số, không phải “{ $given }”.
number-range = “{ $option }” phải từ { $low } đến { $high }.
choice-wrong = “{ $option }” không có lựa chọn “{ $given }”. Chọn một trong: { $choices }
cooldown = Từ từ nhé: hỏi lại sau { $seconds } giây.
admin-only = Chỉ người quản lý máy chủ này mới đổi được.
server-only = Lệnh này chỉ dùng trong máy chủ hoặc nhóm, không dùng trong tin nhắn riêng.
bug = Có lỗi ở phía mình, xin lỗi bạn. Nếu lại bị, hãy báo người vận hành bot số { $number }.

setting-malformed = { $name } chưa đúng: { $problem }. Xem .env.example.
setting-missing = Thiếu { $name }. Xem .env.example.

settings-now = Cài đặt của bạn. Đổi bằng /settings me language:en novelty:adventurous
settings-changed = Đã đổi.
settings-server-now = Cài đặt của máy chủ này. Đổi bằng /settings server adult:yes
setting-language = Ngôn ngữ
setting-novelty = Độ mới lạ
setting-private = Chỉ trả lời riêng cho bạn
setting-spoilers = Nội dung có thể spoil
setting-adult = Anime người lớn ở nơi cho phép
setting-min_members = Số người theo dõi ít nhất
setting-server-adult = Anime người lớn trong kênh giới hạn độ tuổi

privacy-kept = Đây là những gì đang lưu về bạn, theo số tài khoản của bạn trên nền tảng này, ngoài ra không có gì khác:
privacy-nothing = Không lưu gì về bạn cả.
privacy-never = Không bao giờ lưu: tên, tin nhắn, hình ảnh của bạn. /privacy erase xóa vĩnh viễn mọi thứ.
privacy-places = { $days ->
    [0] Những gì máy chủ đã dạy tôi, cài đặt và kênh tranh của máy chủ sẽ bị xóa ngay khi tôi bị gỡ khỏi đó.
   *[other] Những gì máy chủ đã dạy tôi, cài đặt và kênh tranh của máy chủ sẽ bị xóa { $days } ngày sau khi tôi bị gỡ khỏi đó.
}
privacy-profiles = cài đặt của bạn
privacy-accounts = { $count ->
    [1] một tài khoản
   *[other] { $count } tài khoản đã liên kết
}
privacy-entries = { $count } bộ trong danh sách của bạn
privacy-unmatched-entries = { $count } mục trong danh sách đã nhập không khớp bộ nào
privacy-cleared = danh sách yêu thích vừa xóa, để hoàn tác trong một giờ
privacy-link-codes = một mã liên kết, trong mười phút
privacy-answers = { $count } câu trả lời, để nút bấm còn dùng được
privacy-presses = { $count } lượt bấm nút
privacy-exported = Mọi thứ đang lưu về bạn nằm trong tệp này.
privacy-erase-sure = Bạn chắc muốn xóa mọi thứ đang lưu về bạn, kể cả của các tài khoản đã liên kết? Không hoàn tác được đâu.
privacy-erased = Đã xóa mọi thứ lưu về bạn.
privacy-not-erased = Được rồi, không xóa gì cả.
button-erase = Ừ, xóa hết
link-code = Gửi mã này cho mình từ tài khoản kia của bạn trong vòng mười phút: /link { $code }
link-done = Đã liên kết các tài khoản. Gộp lại bạn có { $count } bộ yêu thích.
person-unknown = Mình không rõ { $name } là ai. Hãy chọn trong danh sách thành viên, hoặc trả lời một tin nhắn của người đó.
