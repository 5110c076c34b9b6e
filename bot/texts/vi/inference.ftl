busy-ahead = Mình đang bận: còn { $ahead } ảnh xếp trước bạn. Vài phút nữa thử lại nhé.
busy-yours = Bạn đã có { $waiting } ảnh đang chờ rồi. Đợi mình trả lời xong rồi hãy gửi ảnh tiếp theo nhé.
deadline = Mình bận quá nên không kịp xử lý đúng giờ. Vài phút nữa thử lại nhé.
closing = Mình đang được khởi động lại. Một phút nữa gửi lại nhé.
