model-missing = Chưa có mô hình { $model } nên tính năng cần đến nó đang tắt. Tải về bằng: osusume models pull { $model }
model-broken = Mô hình { $model } bị hỏng nên tính năng cần đến nó đang tắt. Tải lại bằng: osusume models pull { $model } (hoặc cài lại mình, nếu nó đi kèm).
model-unknown = Không có mô hình “{ $given }”. Xem: osusume models list
model-embedded = { $model } đi kèm Osusume: không cần tải và không xóa được.
model-other-purpose = { $model } không dùng làm { $purpose } được. Công dụng của nó: { $purposes }
model-not-pulled = Chưa có { $model }. Hãy tải về trước bằng: osusume models pull { $model }
preset-unknown = Không có bộ cài sẵn “{ $given }”. Hãy chọn một trong: { $presets }
manifest-unreadable = Không đọc được danh sách mô hình data/models/manifest.toml ({ $problem }). Hãy lấy lại cùng mã nguồn.
manifest-wrong = Trong danh sách mô hình data/models/manifest.toml, { $row } sai ở “{ $field }”: { $problem }
models-folder = Không dùng được thư mục mô hình: { $problem }. Hãy kiểm tra thư mục ghi trong OSUSUME_HOME.
torch-missing = Mô hình này cần thêm gói: hãy cài bằng pip install -e '.[models]'

pull-busy = Đang có một lượt tải khác. Đợi xong rồi thử lại nhé.
pull-offline = Đang ngoại tuyến nên không tải gì cả. Còn thiếu hoặc chưa đủ: { $models }
pull-disk = Đĩa không đủ chỗ: cần { $needed } MB, còn trống { $free } MB.
pull-gated = { $model } chỉ dành cho người đã chấp nhận điều khoản tại { $page }. Hãy chấp nhận ở đó, rồi đặt OSUSUME_MODELS_TOKEN là mã truy cập của tài khoản ấy.
pull-refused = Máy chủ không cho lấy { $model } (HTTP { $status }). Nếu cần tài khoản, hãy đặt OSUSUME_MODELS_TOKEN.
pull-gone = { $host } không còn { $model } như trong danh sách. Hãy cập nhật Osusume hoặc chọn mô hình khác.
pull-failed = Máy chủ trả lời yêu cầu { $model } bằng HTTP { $status }. Lát nữa thử lại nhé.
pull-limited = Máy chủ yêu cầu đợi { $seconds } giây trước khi lấy { $model }. Khi đó hãy thử lại; phần đã tải vẫn được giữ.
pull-redirects = Máy chủ chuyển hướng yêu cầu { $model } lòng vòng hoặc tới nơi không an toàn. Hãy kiểm tra OSUSUME_MODELS_ENDPOINT.
pull-unreachable = Không tải được { $model }: kết nối hỏng nhiều lần liên tiếp ({ $problem }). Hãy thử lại; phần đã tải vẫn được giữ.
pull-length = { $file } của { $model } có độ dài khác danh sách nên không được nhận. Những gì có sẵn vẫn giữ nguyên.
pull-content = { $file } của { $model } có nội dung khác danh sách nên đã bị bỏ. Những gì có sẵn vẫn giữ nguyên.
pull-needs-yes = Ở đây không hỏi ai được: hãy thêm --yes.
pull-sure = Tải những mô hình này ngay bây giờ?
pull-free = Còn trống trên đĩa này: { $size }
pull-done = { $count ->
    [0] Mọi thứ đã có sẵn.
   *[other] Đã tải và kiểm tra { $count } mô hình.
}

models-use-now = Bộ cài sẵn { $preset } được dùng từ lần khởi động tới của bot.
models-use-hint = Dùng nó bằng: osusume models use { $model }
models-use-what = Hãy cho biết dùng gì: một bộ cài sẵn ({ $presets }) hoặc tên các mô hình.
models-remove-sure = Xóa { $models } khỏi đĩa?
models-removed = Đã giải phóng { $size }.
models-cost = { $disk } trên đĩa, { $memory } trong bộ nhớ (đã đo)
models-cost-unmeasured = { $disk } trên đĩa; bộ nhớ chưa đo, ít nhất cũng bằng chừng ấy
model-check-note =
    Kiểm tra bằng “sha256”: đối chiếu với mã kiểm tra trong danh sách. “lần tải đầu”: danh sách thiếu mã của vài tệp; lần tải
    đầu sẽ kiểm tra độ dài và mã mà máy chủ nêu, và từ đó về sau đòi đúng nội dung đã nhận.
model-check-sha256 = sha256
model-check-first = lần tải đầu
model-state-embedded = có sẵn
model-state-pulled = đã tải
model-state-partial = dở dang
model-state-broken = hỏng
model-state-missing = thiếu
model-built-in = có sẵn
model-composer = ghép câu
model-off = tắt
model-lacking = (thiếu hoặc hỏng: { $models })
model-unequipped = (cần thêm gói, pip install -e '.[{ $extra }]': { $models })
purpose-detector = phát hiện
purpose-recogniser = nhận diện
purpose-tagger = gắn thẻ
purpose-captioner = mô tả
purpose-rating = phân loại độ tuổi
models-column-model = Mô hình
models-column-purpose = Dùng để
models-column-state = Trạng thái
models-column-size = Kích thước
models-column-check = Kiểm tra bằng
models-column-licence = Giấy phép
models-column-used = Đang dùng cho
models-column-needs = Cần
