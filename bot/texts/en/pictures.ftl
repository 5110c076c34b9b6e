command-identify = Who is in a picture? Every face boxed and named, with its series
command-tag = Tags for a picture
command-caption = A picture in words, or alt text for it
command-describe = Everything about a picture: who is in it, tags and a caption
option-pictures = The picture; or reply to a message that has one
option-whole = Name the picture as a whole, without looking for faces
option-style = How tags are written
option-length = How long the text is
choice-chips = with scores
choice-prompt = prompt (commas)
choice-booru = booru (underscores)
choice-short = short
choice-long = long
choice-alt = alt text
menu-identify = Who is this?
menu-tag = Tags
menu-alt = Alt text
picture-missing = Send a picture along, or reply to a message that has one.
picture-unsafe = That picture looks too explicit for this place, so I leave it alone.
picture-unsafe-channel = That picture looks too explicit for this place, so I leave it alone. In an age-restricted channel of a server I can look at it.
picture-unsafe-server = That picture looks too explicit, and this server has not allowed such pictures, so I leave it alone. Whoever manages the server can allow them in age-restricted channels with /settings server adult:yes
picture-unsafe-person = That picture looks too explicit for your own settings, so I leave it alone. With /settings me adult:yes I look at such pictures for you, here in this channel.
seen-heading = { $count ->
    [0] No faces found
    [one] One face found
   *[other] { $count } faces found
}
seen-picture = Picture { $number }
seen-nobody = No anime face here. If it is one, try a larger or clearer picture.
seen-whole = I found no face, so this is a guess from the picture as a whole:
seen-unknown = Unknown
seen-certain = { $percent } % sure
kind-female = female
kind-male = male
kind-other = neither
fact-series = Series
fact-rating = Rating
fact-tags = Tags
fact-characters = Characters
fact-copyright = From
fact-caption = Caption
fact-alt = Alt text
tags-none = No tag I am sure of.
tags-none-nobody = No drawn face found, and no tag I am sure of.
fact-look = Look
picture-look = { $shape ->
    [wide] Wide
    [tall] Tall
   *[square] Square
} picture of { $width } × { $height } pixels. Main colours: { $colours }
button-more-like-these = More like these
button-guesses = Show guesses
button-wrong = That's wrong
button-alt = Alt text
button-learn = Yes, remember
button-learn-not = No
guesses-heading = My guesses, best first
which-favourite = Which series do you want among your favourites?
wrong-which = Which face is wrong?
wrong-who = Who is it really?
wrong-nobody = I have no other guess. Teach me with /character add, the name, and a picture of that face.
learn-cannot = Thanks. The model in use cannot remember single faces, so I cannot keep that { $name } is here.
learn-ask = Shall I remember this face as { $name } on this server? I keep numbers that describe the face, not the picture.
learn-ask-own = Shall I remember this face as { $name } for you? I keep numbers that describe the face, not the picture.
learn-done = Remembered as { $name }.
learn-undone = Forgotten again.
learn-not-done = All right, nothing was kept.
length-wrong = Choose short, long or alt, not { $given }.
pictures-none = There are no pictures there. Give files or folders that hold some.
path-unreadable = I cannot read { $file }. Is the path right?
learn-known = I know this face as { $name } already.
seen-unknown-number = Unknown { $number }
seen-when = { $name }: { $first } – { $last }
seen-cut = I watched the first { $seconds } seconds.
metrics-port-taken = Port { $port } for the metrics is taken. Choose another with OSUSUME_METRICS_PORT.
seen-perhaps = perhaps { $name }
picture-watching = Watching … { $percent } %
names-off = I cannot name faces now: the model for it is missing or damaged. The host can see it with: osusume models list
