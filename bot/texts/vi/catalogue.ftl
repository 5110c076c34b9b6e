import-reading = Đang đọc
import-fetching = Đang tải từ AniList, được { $count } trang
import-writing = Đang ghi kho anime
import-embedding = Đang mã hóa văn bản
import-done = Đã đọc { $read } dòng: thêm { $added } bộ, bổ sung { $enriched }, giữ nguyên { $unchanged }, bỏ qua { $skipped } dòng. Kho hiện có { $titles } bộ.
import-next = Bot đang chạy sẽ dùng kho mới từ lần khởi động sau. Chạy `osusume catalogue embed` để tìm theo tâm trạng và cốt truyện tính cả các bộ và văn bản mới.
import-skipped = { $file }, dòng ở { $line }: { $sentence }
import-skipped-more = … và { $count } dòng tương tự
embed-done = { $count ->
    [0] Tất cả các bộ đã được mã hóa từ trước.
   *[other] Đã mã hóa { $count } bộ. Bot đang chạy sẽ dùng chúng từ lần khởi động sau.
}

import-row-id = thiếu MAL id, một số từ 1 đến 9999999
import-row-title = thiếu tên
import-row-twice = MAL id { $mal_id } đã có ở trên trong tệp này; dòng đầu được tính
import-row-other-title = MAL id { $mal_id } ở đây là “{ $title }”, còn trong tệp là “{ $given }”; đây có đúng là MAL id không?
import-row-no-mal-id = bộ này không có MAL id
import-row-bare = ngoài tên “{ $title }” ra thì không có thông tin gì
import-row-commercial = “{ $title }” là quảng cáo
import-row-json = đây không phải đối tượng JSON
import-row-csv = đây không phải một dòng của bảng (có thể thiếu dấu ngoặc kép)
import-row-columns = dòng này có { $found } ô, còn tiêu đề có { $expected }
import-row-encoding = dòng này không phải UTF-8
import-row-long = dòng này dài hơn một megabyte

import-unreadable = Mình không đọc được { $file }. Đường dẫn có đúng không, và mình có quyền đọc không?
import-unwritable = Mình không ghi được kho mới ({ $reason }). Kho cũ vẫn được dùng. Đĩa còn chỗ không, và mình có quyền ghi vào thư mục dữ liệu không?
import-zip = { $file } là tệp zip. Giải nén rồi nhập các tệp bên trong nhé.
import-cut = { $file } bị hỏng hoặc thiếu phần cuối. Chưa có gì thay đổi; hãy lấy lại tệp nhé.
import-format-unknown = Mình không nhận ra định dạng của { $file }. Hãy ghi rõ bằng --format: { $formats }.
import-columns = Bảng cần một cột MAL id và một cột tên. Hãy chỉ ra: --map mal_id=CỘT,title=CỘT. Các cột của bảng: { $columns }
import-map-wrong = Mình không hiểu “{ $given }”. Hãy viết --map title=Name,mal_id=Id.
import-map-field = Không có trường “{ $field }”. Các trường: { $fields }
import-map-column = Không có cột “{ $column }”. Các cột: { $columns }
import-date-wrong = “{ $given }” không phải là ngày. Hãy viết như 2026-01-31.
import-busy = Đang có một lượt nhập khác. Đợi xong rồi thử lại nhé.
anilist-unreachable = AniList trả lời không đúng ({ $reason }). Phần đã tải vẫn được giữ: chạy lại lệnh trong hôm nay thì sẽ tiếp tục từ đó.
anilist-refused = AniList từ chối yêu cầu: { $reason }

catalogue-missing = Thiếu tệp kho anime { $file }.
catalogue-broken = Tệp kho anime { $file } bị hỏng ({ $reason }). Nếu đó là tệp đã nhập trong thư mục dữ liệu, hãy xóa đi rồi nhập lại.
catalogue-version = Tệp kho anime { $file } là của phiên bản khác. Nếu đó là tệp đã nhập trong thư mục dữ liệu, hãy xóa đi rồi nhập lại.
