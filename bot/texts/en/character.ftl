group-character = Characters that this server taught me
command-character-add = Teach a character from pictures with one face
command-character-list = The characters taught here
command-character-remove = Forget a character, or one of its faces
command-character-info = The faces of a character taught here
command-character-export = Everything taught here, as a file
command-character-log = Who taught or removed what
command-character-erase = Forget every character taught here (asks first)
option-name = The character's name
option-face = The number of the face that is meant
option-series = The series it is from
character-cannot = The model in use cannot learn single faces. The host can choose another: osusume models use.
character-no-face = I found no face in that picture. Try a larger or clearer one.
character-many-faces = I see { $count } faces. Say which with face: and its number (/identify shows them), or send a picture with one.
character-face-number = There is no face number { $given }: I see { $count ->
    [one] one
   *[other] { $count }
}.
character-added = { $count ->
    [one] I know one more face of { $name } now.
   *[other] I know { $count } more faces of { $name } now.
}
character-known = I know that very face of { $name } already.
character-none = Nobody was taught here yet. /character add, a name and a picture of one face teach me.
character-listed = { $count ->
    [one] One character was taught here
   *[other] { $count } characters were taught here
}
character-line = { $name }: { $count ->
    [one] one face
   *[other] { $count } faces
}
character-other-model = (some by another model than the one in use)
character-removed = { $name } is forgotten ({ $count ->
    [one] one face
   *[other] { $count } faces
}).
character-back = { $count ->
    [one] One face is back.
   *[other] { $count } faces are back.
}
character-exported = Everything taught here. It holds numbers that describe faces, no pictures.
character-erase-sure = Really forget every character that was taught here? It cannot be undone.
character-erased = Forgotten: { $count ->
    [one] one face
   *[other] { $count } faces
}.
character-log = What was taught and removed here, newest first
character-log-empty = Nothing was taught here yet.
character-log-add = { $when }: { $name } taught by { $who }
character-log-remove = { $when }: { $name } removed by { $who } ({ $count })
character-log-undo = { $when }: { $name } brought back by { $who } ({ $count })
privacy-art-posts = { $count ->
    [one] one message of yours in an art channel: its link, tags and numbers, not the picture
   *[other] { $count } messages of yours in art channels: their links, tags and numbers, not the pictures
}
privacy-art-corrections = tags that you corrected
privacy-art-ignored = that moderators want your pictures left alone
privacy-art-opted-out = that you want your pictures left alone
