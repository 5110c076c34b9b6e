fav-added = ★ { $title } is now among your favourites.
fav-already = { $title } is already among your favourites.
fav-removed = { $title } is no longer among your favourites.
fav-empty = You have no favourites yet. Add one with /fav add Mushishi.
fav-list-empty = You have no favourites yet. Add one with /fav add Mushishi, or bring your list with /fav import.
fav-list = { $count ->
    [one] Your favourite:
   *[other] Your { $count } favourites:
}
fav-not-among = I see nothing like “{ $name }” among your favourites. /fav list shows them all.
fav-clear-sure = { $count ->
    [one] Really take out your only favourite?
   *[other] Really take out all { $count } favourites?
} You can undo it for an hour.
fav-cleared = { $count ->
    [one] Your favourite is out.
   *[other] All { $count } favourites are out.
} Changed your mind? Undo works for an hour.
fav-back = { $count ->
    [one] Your favourite is back.
   *[other] All { $count } favourites are back.
}
fav-kept = Good, everything stays as it is.
button-undo = Undo
button-clear = Yes, clear them
button-keep = No, keep everything

list-nothing = Attach your list (MyAnimeList XML, AniList JSON, CSV or text), or write titles joined by “;”.
list-done = { $count ->
    [0] I matched nothing in that list.
    [one] Matched one title of your list.
   *[other] Matched { $count } titles of your list.
}
list-favourites = ★ Favourites: { $count }
list-seen = Seen: { $count }
list-dropped = Dropped: { $count }
list-planned = Planned: { $count }
list-ambiguous = “{ $name }” may be: { $titles }
list-more-ambiguous = … and { $count } more that may mean several titles
list-unknown = Not in my catalogue ({ $count }), kept for your exports: { $names }
list-skipped = Skipped ({ $count }): { $reasons }
export-done = Here is your list. It can be imported again, here and elsewhere.
marked-seen = { $title } is marked as seen: it will not be recommended again.
marked-dismissed = { $title }: understood, not for you.
list-too-large = That file is larger than { $megabytes } MB. Lists are smaller; is it the right file?
list-too-many = That list has more than { $most } titles. Split it, and bring in the parts.
list-empty = There is no title in that list.
list-unreadable = I cannot read that file as a list. I read MyAnimeList XML, AniList or MyAnimeList JSON, CSV and plain text.
list-broken = That list breaks off or is damaged at line { $line }. Nothing was changed; please export it anew.
list-manga = That is a manga list. I know anime only: export your anime list.
list-row-empty = no title
list-row-score = the score is no number from 1 to 10
list-row-status = I do not know that status
list-row-manga = a manga
list-row-repeated = the same title twice
list-row-heading = a heading
profile-full = Your list is full: { $most } titles are kept at most.
score-range = A score goes from { $lowest } to { $highest }.
note-too-long = That note is too long: please stay under { $longest } characters.
undo-gone = That can no longer be undone.
link-code-wrong = That code is not right, or older than ten minutes. Get a new one with /link.
link-code-own = That code is your own. Give it to me from your other account.
not-linked = This account is not linked to another.

fav-hidden = { $count ->
    [one] One adult title is not shown here.
   *[other] { $count } adult titles are not shown here.
}
