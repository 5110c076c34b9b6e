database-busy = Cơ sở dữ liệu đang bận. Lát nữa thử lại nhé.
database-corrupt = Cơ sở dữ liệu { $file } bị hỏng và được giữ nguyên. Hãy khôi phục bản sao lưu, hoặc chuyển tệp đi chỗ khác để bắt đầu lại.
database-foreign = { $file } không phải cơ sở dữ liệu của bot này và được giữ nguyên. Hãy trỏ OSUSUME_HOME sang chỗ khác hoặc chuyển tệp đi.
database-newer = { $file } được tạo bởi phiên bản bot mới hơn và được giữ nguyên. Hãy cập nhật bot.
database-readonly = Không ghi được vào { $file }. Hãy kiểm tra quyền của thư mục ghi trong OSUSUME_HOME.
database-unreachable = Không mở được { $file } như một cơ sở dữ liệu. Hãy kiểm tra OSUSUME_HOME và OSUSUME_DATABASE_URL.
disk-full = Đĩa đã đầy: chưa lưu thêm được gì cho đến khi có chỗ trống.
backup-elsewhere = Ở đây chỉ sao lưu được cơ sở dữ liệu SQLite; hãy dùng công cụ của máy chủ cơ sở dữ liệu bạn đang dùng.
backup-onto-itself = { $file } chính là cơ sở dữ liệu. Hãy chọn tệp khác cho bản sao lưu.
backup-failed = Không ghi được bản sao lưu { $file }: { $problem }

taste-broken = Tệp mô hình { $path } bị thiếu hoặc hỏng. Hãy lấy lại cùng mã nguồn, hoặc đặt OSUSUME_RECOMMENDER=hybrid.
taste-version = Tệp mô hình { $path } là của phiên bản khác. Hãy lấy lại cùng mã nguồn, hoặc đặt OSUSUME_RECOMMENDER=hybrid.
vectors-missing = Thiếu vector văn bản { $path } nên hiện chưa hiểu được tâm trạng. Hãy lấy lại tệp cùng mã nguồn.
vectors-broken = Vector văn bản { $path } bị hỏng nên hiện chưa hiểu được tâm trạng. Hãy lấy lại tệp cùng mã nguồn.
vectors-version = Vector văn bản { $path } là của phiên bản khác nên hiện chưa hiểu được tâm trạng. Hãy lấy lại tệp cùng mã nguồn.
lexicon-broken = Từ điển tâm trạng { $path } bị thiếu hoặc hỏng. Hãy lấy lại cùng mã nguồn.
encoder-missing = Chưa cài bộ mã hóa văn bản { $name } nên hiện chưa hiểu được tâm trạng.
