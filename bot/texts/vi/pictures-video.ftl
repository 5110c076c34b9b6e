video-no-room = Video đã đánh dấu không gói gọn được trong { $limit } MB. Bạn gửi đoạn ngắn hơn nhé.
