help-heading = I recommend anime, and keep your favourites. Try /recommend, /recommend like Mushishi, or /fav add Frieren.
help-showing-discord = Curious about a picture? Drop it on /describe, or open the menu of a message that has one: Apps, then “{ menu-identify }”.
help-showing-telegram = Curious about a picture or a video? Simply send it to me. In a group, mention me with it or in a reply to it.
help-showing-web = Curious about a picture or a video? Simply drop it here, paste it or choose it.
help-showing-terminal = Curious about a picture or a video? Write /describe and drop the file here, or write its path.
yes = yes
no = no

input-empty = Write a command, for example /recommend or /fav add Mushishi.
input-long = That is too long for me: please stay under { $most } characters.
value-long = “{ $option }” is too long: please stay under { $most } characters.
command-unknown = I do not know “{ $name }”. /help shows what I can do.
command-partial = /{ $name } needs one more word: { $commands }
option-unknown = I do not understand “{ $text }” in /{ $command }. /help shows what I can do.
option-missing = /{ $command } needs “{ $option }”.
number-wrong = “{ $option }” should be a number, not “{ $given }”.
number-range = “{ $option }” should be between { $low } and { $high }.
choice-wrong = “{ $given }” is no choice for “{ $option }”. Choose one of: { $choices }
cooldown = One moment: ask again in { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
}.
admin-only = Only those who manage this server can change that.
server-only = That works in a server or group, not in private.
bug = Something went wrong on my side, sorry. If it happens again, tell the host of this bot number { $number }.

setting-malformed = { $name } is not right: { $problem }. See .env.example.
setting-missing = { $name } is missing. See .env.example.

settings-now = Your settings. Change one with /settings me language:en novelty:adventurous
settings-changed = Changed.
settings-server-now = This server's settings. Change one with /settings server adult:yes
setting-language = Language
setting-novelty = Novelty
setting-private = Answers only to you
setting-spoilers = Texts that may spoil
setting-adult = Adult titles where allowed
setting-min_members = Known by at least
setting-server-adult = Adult titles in age-restricted channels

privacy-kept = This is kept about you, under your account's number on this platform and nothing else:
privacy-nothing = Nothing is kept about you.
privacy-never = Never kept: your name, your messages, your pictures. /privacy erase takes everything away for good.
privacy-places = { $days ->
    [0] What a server taught me, its settings and its art channels go as soon as I am removed from it.
    [one] What a server taught me, its settings and its art channels go one day after I am removed from it.
   *[other] What a server taught me, its settings and its art channels go { $days } days after I am removed from it.
}
privacy-profiles = your settings
privacy-accounts = { $count ->
    [one] one account
   *[other] { $count } linked accounts
}
privacy-entries = { $count ->
    [one] one title in your list
   *[other] { $count } titles in your list
}
privacy-unmatched-entries = { $count ->
    [one] one entry of an imported list that matched no title
   *[other] { $count } entries of imported lists that matched no title
}
privacy-cleared = cleared favourites, for undo within the hour
privacy-link-codes = a code for linking, for ten minutes
privacy-answers = { $count ->
    [one] one answer, so that its buttons work
   *[other] { $count } answers, so that their buttons work
}
privacy-presses = { $count ->
    [one] one button pressed
   *[other] { $count } buttons pressed
}
privacy-exported = Everything kept about you is in this file.
privacy-erase-sure = Really erase everything kept about you, also for your linked accounts? It cannot be undone.
privacy-erased = Everything kept about you is gone.
privacy-not-erased = Good, nothing was erased.
button-erase = Yes, erase everything
link-code = Give this code to me from your other account within ten minutes: /link { $code }
link-done = Your accounts are linked. Together you have { $count ->
    [one] one favourite
   *[other] { $count } favourites
}.
person-unknown = I cannot tell who { $name } is. Pick them from the list of members, or reply to one of their messages.
