video-no-room = 印をつけた動画が{ $limit } MBに収まりません。もっと短い動画を送ってください。
