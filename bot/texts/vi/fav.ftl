fav-added = ★ Đã thêm { $title } vào danh sách yêu thích.
fav-already = { $title } đã có trong danh sách yêu thích rồi.
fav-removed = Đã bỏ { $title } khỏi danh sách yêu thích.
fav-empty = Bạn chưa có bộ yêu thích nào. Thêm một bộ bằng /fav add Mushishi nhé.
fav-list-empty = Bạn chưa có bộ yêu thích nào. Thêm bằng /fav add Mushishi, hoặc đưa danh sách vào bằng /fav import nhé.
fav-list = { $count } bộ yêu thích của bạn:
fav-not-among = Mình không thấy bộ nào giống “{ $name }” trong danh sách yêu thích. Xem tất cả bằng /fav list.
fav-clear-sure = Bạn chắc muốn bỏ hết { $count } bộ yêu thích chứ? Có thể hoàn tác trong một giờ.
fav-cleared = Đã bỏ hết { $count } bộ yêu thích. Đổi ý rồi? Hoàn tác được trong một giờ.
fav-back = { $count } bộ yêu thích đã trở lại.
fav-kept = Được rồi, mọi thứ vẫn như cũ.
button-undo = Hoàn tác
button-clear = Ừ, xóa hết
button-keep = Không, giữ lại hết

list-nothing = Hãy đính kèm danh sách (MyAnimeList XML, AniList JSON, CSV hoặc văn bản), hoặc viết các tên cách nhau bằng “;”.
list-done = { $count ->
    [0] Mình không nhận ra bộ nào trong danh sách đó.
   *[other] Đã nhận ra { $count } bộ trong danh sách của bạn.
}
list-favourites = ★ Yêu thích: { $count }
list-seen = Đã xem: { $count }
list-dropped = Đã drop: { $count }
list-planned = Định xem: { $count }
list-ambiguous = “{ $name }” có thể là: { $titles }
list-more-ambiguous = … và { $count } tên nữa có thể ứng với nhiều bộ
list-unknown = Không có trong kho của mình ({ $count }), vẫn giữ cho lúc bạn xuất danh sách: { $names }
list-skipped = Bỏ qua ({ $count }): { $reasons }
export-done = Danh sách của bạn đây. Nhập lại được ở đây và ở nơi khác.
marked-seen = Đã đánh dấu xem { $title }: mình sẽ không gợi ý lại nữa.
marked-dismissed = { $title }: mình hiểu rồi, không hợp gu bạn.
list-too-large = Tệp đó lớn hơn { $megabytes } MB. Danh sách thường nhỏ hơn; có đúng tệp không?
list-too-many = Danh sách đó có hơn { $most } bộ. Hãy chia nhỏ rồi nhập từng phần nhé.
list-empty = Danh sách đó không có tên nào.
list-unreadable = Mình không đọc được tệp đó như một danh sách. Mình đọc MyAnimeList XML, AniList hoặc MyAnimeList JSON, CSV và văn bản thường.
list-broken = Danh sách đó bị đứt hoặc hỏng ở dòng { $line }. Chưa có gì thay đổi; hãy xuất lại nhé.
list-manga = Đó là danh sách manga. Mình chỉ biết anime: hãy xuất danh sách anime nhé.
list-row-empty = không có tên
list-row-score = điểm không phải số từ 1 đến 10
list-row-status = mình không biết trạng thái đó
list-row-manga = manga
list-row-repeated = cùng một bộ hai lần
list-row-heading = dòng tiêu đề
profile-full = Danh sách của bạn đã đầy: lưu được nhiều nhất { $most } bộ.
score-range = Điểm từ { $lowest } đến { $highest } thôi nhé.
note-too-long = Ghi chú dài quá: viết dưới { $longest } ký tự nhé.
undo-gone = Cái đó không hoàn tác được nữa.
link-code-wrong = Mã không đúng hoặc đã quá mười phút. Lấy mã mới bằng /link nhé.
link-code-own = Đó là mã của chính tài khoản này. Hãy gửi cho mình từ tài khoản kia.
not-linked = Tài khoản này chưa liên kết với tài khoản nào.

fav-hidden = { $count } anime người lớn không hiện ở đây.
