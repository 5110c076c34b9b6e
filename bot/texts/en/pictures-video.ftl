video-no-room = The drawn video does not fit into { $limit } MB. Send a shorter clip.
