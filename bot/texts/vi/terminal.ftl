terminal-welcome = Osusume. Thử: /recommend · /fav add Mushishi · /anime search — gõ số để bấm nút, Ctrl-D để thoát.
web-ready = Osusume đã sẵn sàng: { $address }
    Ba thứ để thử ở đó: /recommend · /recommend mood:"yên tĩnh, ma quái, miền quê Nhật Bản" · /fav add Mushishi
file-unreadable = Mình không đọc được { $file }. Đường dẫn có đúng không, và đó có phải tệp văn bản không?
case-wrong = Dòng { $line } không đúng dạng: mỗi dòng một đối tượng JSON, như {"{"}"case": "a", "favourites": [457]{"}"}.
ids-wrong = “{ $given }” không phải MAL id. Hãy viết các số cách nhau bằng dấu phẩy: 457,1
id-unknown = Kho không có anime nào có MAL id { $mal_id }.
training-missing = Huấn luyện cần thêm gói: hãy cài bằng pip install -e '.[training]'
