# 画像の説明文。文全体、または文に入る名詞句です。

caption-join = { $first }{ $second }
caption-and = { $first }と{ $second }
caption-comma = { $first }、{ $second }
caption-chain-and = { $first }、{ $second }
caption-chain-comma = { $first }、{ $second }
caption-people-and = { $first }、{ $second }
caption-people-comma = { $first }、{ $second }
caption-name = { $name }
caption-several-start = 複数のキャラクター
caption-several-inside = 複数のキャラクター
caption-person = { $features }の{ $who }
caption-shown = { $what }。
caption-illustration = { $what }のイラスト。
caption-illustration-plain = イラスト。
caption-nothing = 描かれた顔が見つからなかった画像。
caption-empty = 人物のいないイラスト。
caption-order = 左から順に、{ $people }。
caption-among = その中には{ $people }がいます。
caption-shared = 共通しているのは{ $features }です。
caption-states = { $states }います。
caption-wears = 身につけているのは{ $clothes }です。
caption-clothes-seen = 服装には{ $clothes }が見られます。
caption-place = 場面は{ $places }です。
caption-things = ほかに{ $things }も描かれています。
caption-background = 背景は{ $colour }です。
caption-background-simple = 背景はシンプルです。
caption-background-transparent = 背景は透明です。
caption-tones = 主な色は{ $colours }です。
caption-tone = 主な色は{ $colours }です。
caption-greyscale = 白黒で描かれています。
caption-monochrome = 単色で描かれています。
caption-dark = 全体に暗い画面です。
caption-comic = コマ割りのある漫画です。
caption-text = 文字が書かれています。
caption-speech = 吹き出しがあります。

caption-framing-portrait = 顔から肩までが描かれています。
caption-framing-close-up = 顔が大きく描かれています。
caption-framing-upper_body = 上半身が描かれています。
caption-framing-cowboy_shot = 太ももから上が描かれています。
caption-framing-full_body = 全身が描かれています。
caption-view-from_behind = 後ろからの構図です。
caption-view-from_above = 上からの構図です。
caption-view-from_below = 下からの構図です。
caption-view-from_side = 横からの構図です。
caption-view-profile = 横顔が描かれています。

caption-hair = { $shade }髪
caption-hair-long = 長い髪
caption-hair-short = 短い髪
caption-hair-medium = 中くらいの長さの髪
caption-hair-very-long = とても長い髪
caption-hair-long-shade = { $shade }ロングヘア
caption-hair-short-shade = { $shade }ショートヘア
caption-hair-medium-shade = { $shade }ミディアムヘア
caption-hair-very-long-shade = とても長い{ $shade }髪
caption-eyes = { $shade }目
caption-feature-multicolored_hair = 何色もある髪
caption-feature-heterochromia = 左右で色の違う目
caption-feature-ponytail = ポニーテール
caption-feature-twintails = ツインテール
caption-feature-braid = 三つ編み
caption-feature-twin_braids = 二本の三つ編み
caption-feature-hair_bun = お団子ヘア
caption-feature-hair_ribbon = 髪のリボン
caption-feature-hair_flower = 髪に飾った花
caption-feature-animal_ears = 獣の耳
caption-feature-cat_ears = 猫耳
caption-feature-fox_ears = 狐の耳
caption-feature-rabbit_ears = うさぎの耳
caption-feature-dog_ears = 犬の耳
caption-feature-wolf_ears = 狼の耳
caption-feature-pointy_ears = とがった耳
caption-feature-horns = 角
caption-feature-halo = 光の輪
caption-feature-wings = 翼
caption-feature-tail = しっぽ
caption-feature-beard = ひげ
caption-feature-eyepatch = 眼帯

caption-state-smile = 笑って
caption-state-grin = にやりと笑って
caption-state-laughing = 声を上げて笑って
caption-state-blush = 頬を染めて
caption-state-open_mouth = 口を開けて
caption-state-closed_eyes = 目を閉じて
caption-state-one_eye_closed = 片目を閉じて
caption-state-crying = 泣いて
caption-state-tears = 涙を浮かべて
caption-state-angry = 怒って
caption-state-surprised = 驚いて
caption-state-expressionless = 無表情になって
caption-state-tongue_out = 舌を出して
caption-state-looking_at_viewer = こちらを見て
caption-state-looking_back = 振り返って
caption-state-looking_up = 見上げて
caption-state-looking_down = 下を向いて
caption-state-sitting = 座って
caption-state-standing = 立って
caption-state-lying = 横になって
caption-state-kneeling = ひざまずいて
caption-state-squatting = しゃがんで
caption-state-walking = 歩いて
caption-state-running = 走って
caption-state-jumping = 跳んで
caption-state-sleeping = 眠って
caption-state-eating = 食事をして
caption-state-reading = 本を読んで
caption-state-singing = 歌って
caption-state-waving = 手を振って
caption-state-arms_up = 両腕を上げて

caption-clothes-school_uniform = 学校の制服
caption-clothes-military_uniform = 軍服
caption-clothes-japanese_clothes = 和服
caption-clothes-kimono = 着物
caption-clothes-chinese_clothes = 中華風の服
caption-clothes-maid = メイド服
caption-clothes-dress = ワンピースやドレス
caption-clothes-skirt = スカート
caption-clothes-shirt = シャツ
caption-clothes-sweater = セーター
caption-clothes-hoodie = パーカー
caption-clothes-jacket = ジャケット
caption-clothes-coat = コート
caption-clothes-cape = ケープ
caption-clothes-apron = エプロン
caption-clothes-armor = 鎧
caption-clothes-suit = スーツ
caption-clothes-swimsuit = 水着
caption-clothes-pants = ズボン
caption-clothes-shorts = ショートパンツ
caption-clothes-glasses = 眼鏡
caption-clothes-sunglasses = サングラス
caption-clothes-hat = 帽子
caption-clothes-scarf = マフラー
caption-clothes-gloves = 手袋
caption-clothes-necktie = ネクタイ
caption-clothes-bowtie = 蝶ネクタイ
caption-clothes-headphones = ヘッドホン
caption-clothes-crown = 冠
caption-clothes-mask = マスクや仮面
caption-clothes-earrings = イヤリング
caption-clothes-necklace = ネックレス

caption-place-outdoors = 屋外
caption-place-indoors = 室内
caption-place-night = 夜
caption-place-day = 昼
caption-place-sunset = 夕暮れ時
caption-place-beach = 浜辺
caption-place-forest = 森の中
caption-place-classroom = 教室
caption-place-bedroom = 寝室
caption-place-library = 図書館
caption-place-city = 街の中
caption-place-snowing = 雪の中
caption-place-rain = 雨の中
caption-place-underwater = 水の中

caption-thing-flower = 花
caption-thing-cherry_blossoms = 桜
caption-thing-food = 食べ物
caption-thing-cat = 猫
caption-thing-dog = 犬
caption-thing-bird = 鳥
caption-thing-butterfly = 蝶
caption-thing-fish = 魚
caption-thing-horse = 馬
caption-thing-dragon = 竜
caption-thing-book = 本
caption-thing-bag = かばん
caption-thing-umbrella = 傘
caption-thing-instrument = 楽器
caption-thing-microphone = マイク
caption-thing-camera = カメラ
caption-thing-phone = 電話
caption-thing-balloon = 風船
caption-thing-ball = ボール
caption-thing-cup = カップ
caption-thing-sword = 剣
caption-thing-gun = 銃
caption-thing-weapon = 武器
caption-thing-robot = ロボット
caption-thing-stuffed_toy = ぬいぐるみ
caption-thing-tree = 木
caption-thing-building = 建物
caption-thing-sky = 空
caption-thing-cloud = 雲
caption-thing-moon = 月
caption-thing-ocean = 海
caption-thing-water = 水
caption-thing-snow = 雪
caption-thing-fire = 炎
caption-thing-window = 窓
caption-thing-chair = 椅子
caption-thing-bed = ベッド
caption-thing-table = テーブル
caption-thing-car = 車

caption-hair-shade-aqua = 水色の
caption-eye-shade-aqua = 水色の
caption-colour-aqua = 水色
caption-hair-shade-black = 黒い
caption-eye-shade-black = 黒い
caption-colour-black = 黒
caption-hair-shade-blonde = 金色の
caption-eye-shade-blonde = 金色の
caption-colour-blonde = 金色
caption-hair-shade-blue = 青い
caption-eye-shade-blue = 青い
caption-colour-blue = 青
caption-hair-shade-brown = 茶色の
caption-eye-shade-brown = 茶色の
caption-colour-brown = 茶色
caption-hair-shade-green = 緑の
caption-eye-shade-green = 緑の
caption-colour-green = 緑
caption-hair-shade-grey = 灰色の
caption-eye-shade-grey = 灰色の
caption-colour-grey = 灰色
caption-hair-shade-light_blue = 淡い青の
caption-eye-shade-light_blue = 淡い青の
caption-colour-light_blue = 淡い青
caption-hair-shade-light_brown = 薄茶色の
caption-eye-shade-light_brown = 薄茶色の
caption-colour-light_brown = 薄茶色
caption-hair-shade-orange = オレンジ色の
caption-eye-shade-orange = オレンジ色の
caption-colour-orange = オレンジ色
caption-hair-shade-pink = ピンクの
caption-eye-shade-pink = ピンクの
caption-colour-pink = ピンク
caption-hair-shade-purple = 紫の
caption-eye-shade-purple = 紫の
caption-colour-purple = 紫
caption-hair-shade-red = 赤い
caption-eye-shade-red = 赤い
caption-colour-red = 赤
caption-hair-shade-white = 白い
caption-eye-shade-white = 白い
caption-colour-white = 白
caption-hair-shade-yellow = 黄色い
caption-eye-shade-yellow = 黄色い
caption-colour-yellow = 黄色

caption-girl-start = { $count ->
    [1] 女の子
   *[other] 女の子{ $count }人
}
caption-girl-inside = { $count ->
    [1] 女の子
   *[other] 女の子{ $count }人
}
caption-boy-start = { $count ->
    [1] 男の子
   *[other] 男の子{ $count }人
}
caption-boy-inside = { $count ->
    [1] 男の子
   *[other] 男の子{ $count }人
}
caption-character-start = { $count ->
    [1] キャラクター
   *[other] キャラクター{ $count }人
}
caption-character-inside = { $count ->
    [1] キャラクター
   *[other] キャラクター{ $count }人
}
caption-more-characters = { $count ->
    [1] ほかのキャラクター1人
   *[other] ほかのキャラクター{ $count }人
}
