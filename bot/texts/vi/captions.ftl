# Lời mô tả tranh: mỗi thông báo là một câu trọn vẹn hoặc một cụm danh từ.

caption-join = { $first } { $second }
caption-and = { $first } và { $second }
caption-comma = { $first }, { $second }
caption-chain-and = { $first } và { $second }
caption-chain-comma = { $first }, { $second }
caption-people-and = { $first }; { $second }
caption-people-comma = { $first }; { $second }
caption-name = { $name }
caption-several-start = Nhiều nhân vật
caption-several-inside = nhiều nhân vật
caption-person = { $who } có { $features }
caption-shown = { $what }.
caption-illustration = Tranh minh họa { $what }.
caption-illustration-plain = Một bức tranh minh họa.
caption-nothing = Một hình ảnh không tìm thấy khuôn mặt vẽ nào.
caption-empty = Một bức tranh minh họa không có người.
caption-order = Từ trái sang phải: { $people }.
caption-among = Trong số đó có { $people }.
caption-shared = Điểm chung là { $features }.
caption-states = { $gender ->
    [female] Cô ấy
    [male] Cậu ấy
   *[other] Nhân vật
} đang { $states }.
caption-wears = Trang phục và phụ kiện gồm { $clothes }.
caption-clothes-seen = Trang phục và phụ kiện có { $clothes }.
caption-place = Bối cảnh là { $places }.
caption-things = Ngoài ra còn có { $things }.
caption-background = Nền màu { $colour }.
caption-background-simple = Nền đơn giản.
caption-background-transparent = Nền trong suốt.
caption-tones = Các màu chủ đạo là { $colours }.
caption-tone = Màu chủ đạo là { $colours }.
caption-greyscale = Tranh đen trắng.
caption-monochrome = Tranh chỉ dùng các sắc độ của một màu.
caption-dark = Tổng thể bức tranh tối.
caption-comic = Bố cục theo dạng truyện tranh.
caption-text = Trong tranh có chữ.
caption-speech = Có bong bóng thoại.

caption-framing-portrait = Tranh vẽ phần đầu và vai.
caption-framing-close-up = Khuôn mặt được vẽ cận cảnh.
caption-framing-upper_body = Tranh vẽ nửa thân trên.
caption-framing-cowboy_shot = Tranh vẽ từ đùi trở lên.
caption-framing-full_body = Tranh vẽ toàn thân.
caption-view-from_behind = Góc nhìn từ phía sau.
caption-view-from_above = Góc nhìn từ trên xuống.
caption-view-from_below = Góc nhìn từ dưới lên.
caption-view-from_side = Góc nhìn từ bên cạnh.
caption-view-profile = Khuôn mặt nhìn nghiêng.

caption-hair = tóc { $shade }
caption-hair-long = tóc dài
caption-hair-short = tóc ngắn
caption-hair-medium = tóc dài vừa
caption-hair-very-long = tóc rất dài
caption-hair-long-shade = tóc dài { $shade }
caption-hair-short-shade = tóc ngắn { $shade }
caption-hair-medium-shade = tóc dài vừa { $shade }
caption-hair-very-long-shade = tóc rất dài { $shade }
caption-eyes = mắt { $shade }
caption-feature-multicolored_hair = tóc nhiều màu
caption-feature-heterochromia = hai mắt khác màu
caption-feature-ponytail = tóc đuôi ngựa
caption-feature-twintails = tóc buộc hai bên
caption-feature-braid = tóc tết
caption-feature-twin_braids = hai bím tóc
caption-feature-hair_bun = tóc búi
caption-feature-hair_ribbon = ruy băng cài tóc
caption-feature-hair_flower = bông hoa cài tóc
caption-feature-animal_ears = tai thú
caption-feature-cat_ears = tai mèo
caption-feature-fox_ears = tai cáo
caption-feature-rabbit_ears = tai thỏ
caption-feature-dog_ears = tai chó
caption-feature-wolf_ears = tai sói
caption-feature-pointy_ears = tai nhọn
caption-feature-horns = sừng
caption-feature-halo = vầng hào quang
caption-feature-wings = đôi cánh
caption-feature-tail = cái đuôi
caption-feature-beard = râu
caption-feature-eyepatch = miếng che mắt

caption-state-smile = mỉm cười
caption-state-grin = cười toe toét
caption-state-laughing = cười lớn
caption-state-blush = đỏ mặt
caption-state-open_mouth = há miệng
caption-state-closed_eyes = nhắm mắt
caption-state-one_eye_closed = nháy mắt
caption-state-crying = khóc
caption-state-tears = rưng rưng nước mắt
caption-state-angry = tỏ vẻ giận dữ
caption-state-surprised = tỏ vẻ ngạc nhiên
caption-state-expressionless = giữ vẻ mặt vô cảm
caption-state-tongue_out = lè lưỡi
caption-state-looking_at_viewer = nhìn về phía người xem
caption-state-looking_back = ngoảnh lại nhìn
caption-state-looking_up = nhìn lên
caption-state-looking_down = nhìn xuống
caption-state-sitting = ngồi
caption-state-standing = đứng
caption-state-lying = nằm
caption-state-kneeling = quỳ
caption-state-squatting = ngồi xổm
caption-state-walking = bước đi
caption-state-running = chạy
caption-state-jumping = nhảy lên
caption-state-sleeping = ngủ
caption-state-eating = ăn
caption-state-reading = đọc sách
caption-state-singing = hát
caption-state-waving = vẫy tay
caption-state-arms_up = giơ hai tay lên

caption-clothes-school_uniform = đồng phục học sinh
caption-clothes-military_uniform = quân phục
caption-clothes-japanese_clothes = trang phục truyền thống Nhật Bản
caption-clothes-kimono = kimono
caption-clothes-chinese_clothes = trang phục truyền thống Trung Hoa
caption-clothes-maid = trang phục hầu gái
caption-clothes-dress = váy liền
caption-clothes-skirt = chân váy
caption-clothes-shirt = áo sơ mi
caption-clothes-sweater = áo len
caption-clothes-hoodie = áo hoodie
caption-clothes-jacket = áo khoác
caption-clothes-coat = áo choàng dài
caption-clothes-cape = áo choàng vai
caption-clothes-apron = tạp dề
caption-clothes-armor = áo giáp
caption-clothes-suit = bộ âu phục
caption-clothes-swimsuit = đồ bơi
caption-clothes-pants = quần dài
caption-clothes-shorts = quần ngắn
caption-clothes-glasses = kính
caption-clothes-sunglasses = kính râm
caption-clothes-hat = mũ
caption-clothes-scarf = khăn quàng
caption-clothes-gloves = găng tay
caption-clothes-necktie = cà vạt
caption-clothes-bowtie = nơ cổ
caption-clothes-headphones = tai nghe
caption-clothes-crown = vương miện
caption-clothes-mask = mặt nạ
caption-clothes-earrings = hoa tai
caption-clothes-necklace = vòng cổ

caption-place-outdoors = ngoài trời
caption-place-indoors = trong nhà
caption-place-night = ban đêm
caption-place-day = ban ngày
caption-place-sunset = lúc hoàng hôn
caption-place-beach = bãi biển
caption-place-forest = trong rừng
caption-place-classroom = lớp học
caption-place-bedroom = phòng ngủ
caption-place-library = thư viện
caption-place-city = thành phố
caption-place-snowing = trời đang có tuyết
caption-place-rain = trời mưa
caption-place-underwater = dưới nước

caption-thing-flower = hoa
caption-thing-cherry_blossoms = hoa anh đào
caption-thing-food = thức ăn
caption-thing-cat = mèo
caption-thing-dog = chó
caption-thing-bird = chim
caption-thing-butterfly = bướm
caption-thing-fish = cá
caption-thing-horse = ngựa
caption-thing-dragon = rồng
caption-thing-book = sách
caption-thing-bag = túi
caption-thing-umbrella = ô
caption-thing-instrument = nhạc cụ
caption-thing-microphone = micrô
caption-thing-camera = máy ảnh
caption-thing-phone = điện thoại
caption-thing-balloon = bóng bay
caption-thing-ball = quả bóng
caption-thing-cup = cốc
caption-thing-sword = kiếm
caption-thing-gun = súng
caption-thing-weapon = vũ khí
caption-thing-robot = rô-bốt
caption-thing-stuffed_toy = thú nhồi bông
caption-thing-tree = cây
caption-thing-building = tòa nhà
caption-thing-sky = bầu trời
caption-thing-cloud = mây
caption-thing-moon = mặt trăng
caption-thing-ocean = biển
caption-thing-water = nước
caption-thing-snow = tuyết
caption-thing-fire = lửa
caption-thing-window = cửa sổ
caption-thing-chair = ghế
caption-thing-bed = giường
caption-thing-table = bàn
caption-thing-car = ô tô

caption-hair-shade-aqua = màu xanh ngọc
caption-eye-shade-aqua = màu xanh ngọc
caption-colour-aqua = xanh ngọc
caption-hair-shade-black = màu đen
caption-eye-shade-black = màu đen
caption-colour-black = đen
caption-hair-shade-blonde = màu vàng
caption-eye-shade-blonde = màu vàng
caption-colour-blonde = vàng
caption-hair-shade-blue = màu xanh dương
caption-eye-shade-blue = màu xanh dương
caption-colour-blue = xanh dương
caption-hair-shade-brown = màu nâu
caption-eye-shade-brown = màu nâu
caption-colour-brown = nâu
caption-hair-shade-green = màu xanh lá
caption-eye-shade-green = màu xanh lá
caption-colour-green = xanh lá
caption-hair-shade-grey = màu xám
caption-eye-shade-grey = màu xám
caption-colour-grey = xám
caption-hair-shade-light_blue = màu xanh nhạt
caption-eye-shade-light_blue = màu xanh nhạt
caption-colour-light_blue = xanh nhạt
caption-hair-shade-light_brown = màu nâu nhạt
caption-eye-shade-light_brown = màu nâu nhạt
caption-colour-light_brown = nâu nhạt
caption-hair-shade-orange = màu cam
caption-eye-shade-orange = màu cam
caption-colour-orange = cam
caption-hair-shade-pink = màu hồng
caption-eye-shade-pink = màu hồng
caption-colour-pink = hồng
caption-hair-shade-purple = màu tím
caption-eye-shade-purple = màu tím
caption-colour-purple = tím
caption-hair-shade-red = màu đỏ
caption-eye-shade-red = màu đỏ
caption-colour-red = đỏ
caption-hair-shade-white = màu trắng
caption-eye-shade-white = màu trắng
caption-colour-white = trắng
caption-hair-shade-yellow = màu vàng
caption-eye-shade-yellow = màu vàng
caption-colour-yellow = vàng

caption-girl-start = { $count ->
    [1] Một cô gái
    [2] Hai cô gái
    [3] Ba cô gái
    [4] Bốn cô gái
    [5] Năm cô gái
    [6] Sáu cô gái
   *[other] { $count } cô gái
}
caption-girl-inside = { $count ->
    [1] một cô gái
    [2] hai cô gái
    [3] ba cô gái
    [4] bốn cô gái
    [5] năm cô gái
    [6] sáu cô gái
   *[other] { $count } cô gái
}
caption-boy-start = { $count ->
    [1] Một chàng trai
    [2] Hai chàng trai
    [3] Ba chàng trai
    [4] Bốn chàng trai
    [5] Năm chàng trai
    [6] Sáu chàng trai
   *[other] { $count } chàng trai
}
caption-boy-inside = { $count ->
    [1] một chàng trai
    [2] hai chàng trai
    [3] ba chàng trai
    [4] bốn chàng trai
    [5] năm chàng trai
    [6] sáu chàng trai
   *[other] { $count } chàng trai
}
caption-character-start = { $count ->
    [1] Một nhân vật
    [2] Hai nhân vật
    [3] Ba nhân vật
    [4] Bốn nhân vật
    [5] Năm nhân vật
    [6] Sáu nhân vật
   *[other] { $count } nhân vật
}
caption-character-inside = { $count ->
    [1] một nhân vật
    [2] hai nhân vật
    [3] ba nhân vật
    [4] bốn nhân vật
    [5] năm nhân vật
    [6] sáu nhân vật
   *[other] { $count } nhân vật
}
caption-more-characters = { $count ->
    [1] một nhân vật khác
   *[other] { $count } nhân vật khác
}
