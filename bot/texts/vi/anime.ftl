fact-format = Định dạng
fact-aired = Phát sóng
fact-score = Điểm
fact-genres = Thể loại
fact-studio = Studio
fact-episodes = { $count } tập
fact-minutes = { $count } phút
fact-members = { $count } người theo dõi
season-winter = Mùa đông { $year }
season-spring = Mùa xuân { $year }
season-summer = Mùa hè { $year }
season-fall = Mùa thu { $year }

button-favourite = Yêu thích
button-favourited = Đã yêu thích
button-seen = Đã xem
button-dismiss = Không hợp gu
button-more-like = Thêm bộ tương tự
button-details = Chi tiết

details-start-here = Chưa xem series này? Bắt đầu từ { $title } nhé.
details-franchise = Cùng series: { $titles }{ $more ->
    [0] {""}
   *[other] {" "}và { $more } bộ nữa
}
which-one = Ý bạn là bộ nào?
search-found = Tìm thấy { $count } anime. Chạm vào một bộ để xem chi tiết.
search-empty = Cho mình một cái tên, hoặc ít nhất một bộ lọc: /anime search title:Mushishi
search-none = Không có bộ nào khớp hết. Thử bớt bộ lọc nhé.
season-listed = { $season }: { $count } bộ, nổi tiếng nhất đứng trước.
season-none = { $season }: mình chưa biết bộ nào.
title-unknown = Mình không tìm thấy anime nào tên “{ $name }”.{ $known ->
    [0] {" "}Kiểm tra lại chính tả hoặc thử tên khác của bộ đó nhé.
   *[other] {" "}Gần giống nhất: { $nearest }.
}
filter-unknown = Mình không biết thể loại, chủ đề hay studio nào là “{ $name }”. Gần giống nhất: { $nearest }.
title-gone = Anime số { $mal_id }, không còn trong kho dữ liệu
page-of = Trang { $page } / { $pages }
