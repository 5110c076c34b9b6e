terminal-welcome = Osusume. Try: /recommend · /fav add Mushishi · /anime search — numbers press buttons, Ctrl-D leaves.
web-ready = Osusume is ready: { $address }
    Three things to try there: /recommend · /recommend mood:"quiet, ghosts, rural Japan" · /fav add Mushishi
file-unreadable = I cannot read { $file }. Is the path right, and is it a text file?
case-wrong = Line { $line } is not as expected: one JSON object a line, like {"{"}"case": "a", "favourites": [457]{"}"}.
ids-wrong = “{ $given }” is no MAL id. Write numbers joined by commas: 457,1
id-unknown = The catalogue has no anime with the MAL id { $mal_id }.
training-missing = Training needs more packages: install them with pip install -e '.[training]'
