training-config = Không dùng được tệp { $file } làm thiết lập huấn luyện: { $problem }.
training-classes = Cần ít nhất hai lớp có ảnh để học. Hãy kiểm tra thư mục đưa cho --data.
weights-unreachable = Không tải được trọng số ImageNet của { $name }. Hãy kết nối mạng, hoặc đưa một tệp trọng số.
weights-unreadable = Không đọc được { $file } như trọng số. Hãy đưa một state_dict dạng .pth hoặc .safetensors.
weights-unfit = Trọng số trong { $file } thuộc mạng nền khác: thiếu { $missing }.
distributed-alone = --distributed cần nhiều tiến trình: hãy chạy bằng torchrun --nproc-per-node=N --no-python osusume train ...
distributed-budget = Với nhiều tiến trình thì không dùng --budget: hãy đặt số bước trong tệp đưa cho --config.
captioner-missing = Không có mô hình BLIP nào trong { $path }. Hãy đưa thư mục chứa config.json và trọng số của nó.
classifier-broken = { $file } không phải mô hình phân loại có thể đánh giá.
labels-needed = Tệp nhãn { $file } bị thiếu hoặc hỏng. Nó nằm cạnh mô hình, hoặc được đưa bằng --labels.
sheet-inside = { $path } sẽ nằm trong dự án, nơi không để ảnh của người khác. Hãy cho --sheet một chỗ bên ngoài.
sheet-unwritable = Không ghi được { $path }. Hãy kiểm tra chỗ đó và tên phải kết thúc bằng .png hoặc .jpg.
training-tags = Không ảnh nào ở { $path } có thẻ để học hoặc để hỏi. Hãy kiểm tra đường dẫn và --format.
training-tags-few = Cần ít nhất hai thẻ, mỗi thẻ có { $pictures } ảnh. Hãy thêm ảnh, hoặc giảm least_pictures bằng --config.
install-nothing = Không có mô hình gắn thẻ đã huấn luyện trong { $path }. Hãy chỉ thư mục mà osusume train tagger đã ghi.
install-name = { $given } không thể là tên mô hình. Hãy dùng chữ thường, chữ số và dấu gạch nối.
install-taken = Đã có một mô hình khác tên { $given }. Hãy chọn tên bằng --name.
install-unwritable = Không ghi được vào thư mục mô hình: { $problem }. Hãy kiểm tra quyền và chỗ trống trên đĩa.
