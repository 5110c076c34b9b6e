fact-format = Format
fact-aired = Aired
fact-score = Score
fact-genres = Genres
fact-studio = Studio
fact-episodes = { $count ->
    [one] 1 episode
   *[other] { $count } episodes
}
fact-minutes = { $count } min
fact-members = { $count ->
    [one] 1 member
   *[other] { $count } members
}
season-winter = Winter { $year }
season-spring = Spring { $year }
season-summer = Summer { $year }
season-fall = Fall { $year }

button-favourite = Favourite
button-favourited = Favourited
button-seen = Seen
button-dismiss = Not for me
button-more-like = More like this
button-details = Details

details-start-here = New to this series? Start with { $title }.
details-franchise = Also in this series: { $titles }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}
which-one = Which one do you mean?
search-found = { $count ->
    [one] One anime found. Tap it for details.
   *[other] { $count } anime found. Tap one for details.
}
search-empty = Tell me a title, or at least one filter: /anime search title:Mushishi
search-none = Nothing fits all of that. Try fewer filters.
season-listed = { $season }: { $count ->
    [one] one title
   *[other] { $count } titles
}, best known first.
season-none = I know no titles of { $season } yet.
title-unknown = I found no anime called “{ $name }”.{ $known ->
    [0] {" "}Check the spelling, or try another of its names.
   *[other] {" "}The nearest I know: { $nearest }.
}
filter-unknown = I know no genre, theme or studio “{ $name }”. The nearest: { $nearest }.
title-gone = Anime no. { $mal_id }, no longer in the catalogue
page-of = Page { $page } of { $pages }
