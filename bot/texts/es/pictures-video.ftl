video-no-room = El video marcado no cabe en { $limit } MB. Envía un clip más corto.
