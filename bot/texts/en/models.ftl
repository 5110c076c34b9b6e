model-missing = The model { $model } is not here, so what needs it is off. Fetch it with: osusume models pull { $model }
model-broken = The model { $model } is damaged, so what needs it is off. Fetch it anew with: osusume models pull { $model } (or install me again, if it came with me).
model-unknown = There is no model “{ $given }”. See: osusume models list
model-embedded = { $model } ships with Osusume: it is neither pulled nor removed.
model-other-purpose = { $model } cannot serve as { $purpose }. It is for: { $purposes }
model-not-pulled = { $model } is not here yet. Fetch it first with: osusume models pull { $model }
preset-unknown = There is no preset “{ $given }”. Choose one of: { $presets }
manifest-unreadable = The list of models, data/models/manifest.toml, cannot be read ({ $problem }). Get it again with the code.
manifest-wrong = In the list of models, data/models/manifest.toml, { $row } is wrong at “{ $field }”: { $problem }
models-folder = The folder for models cannot be used: { $problem }. Check the folder that OSUSUME_HOME names.
torch-missing = This model needs more packages: install them with pip install -e '.[models]'

pull-busy = Another pull is running. Please try again when it is done.
pull-offline = Offline, so nothing was fetched. Not here, or not whole: { $models }
pull-disk = The disk is too full: { $needed } MB are needed, { $free } MB are free.
pull-gated = { $model } is given only to people who accept its terms at { $page }. Accept them there, then set OSUSUME_MODELS_TOKEN to an access token of that account.
pull-refused = The server does not give { $model } to us (HTTP { $status }). If it needs an account, set OSUSUME_MODELS_TOKEN.
pull-gone = { $host } no longer has { $model } as it is listed. Update Osusume, or choose another model.
pull-failed = The server answered the question for { $model } with HTTP { $status }. Please try again later.
pull-limited = The server asks us to wait { $seconds } seconds before { $model }. Please try again then; what has come so far is kept.
pull-redirects = The server sends the question for { $model } in circles, or somewhere unsafe. Check OSUSUME_MODELS_ENDPOINT.
pull-unreachable = { $model } could not be fetched: the connection failed several times in a row ({ $problem }). Please try again; what has come so far is kept.
pull-length = { $file } of { $model } has another length than is listed, so it was not taken. What was here before is as it was.
pull-content = { $file } of { $model } has other content than is listed, so it was thrown away. What was here before is as it was.
pull-needs-yes = Nobody can be asked here: add --yes.
pull-sure = Fetch these now?
pull-free = Free on this disk: { $size }
pull-done = { $count ->
    [0] Everything is here already.
    [one] One model fetched and checked.
   *[other] { $count } models fetched and checked.
}

models-use-now = The preset { $preset } is used from the bot's next start.
models-use-hint = Use it with: osusume models use { $model }
models-use-what = Say what to use: a preset ({ $presets }), or models by name.
models-remove-sure = Delete { $models } from the disk?
models-removed = { $size } freed.
models-cost = { $disk } on disk, { $memory } in memory (measured)
models-cost-unmeasured = { $disk } on disk; in memory not measured, at least the same
model-check-note =
    Checked by “sha256”: against the checksum that is listed. “first pull”: none is listed for some of its files; their
    length, and the checksum the hub names, are checked at the first pull, and what came then is asked for ever after.
model-check-sha256 = sha256
model-check-first = first pull
model-state-embedded = built in
model-state-pulled = pulled
model-state-partial = partial
model-state-broken = broken
model-state-missing = missing
model-built-in = built-in
model-composer = sentence composer
model-off = off
model-lacking = (not here, or broken: { $models })
model-unequipped = (needs more packages, pip install -e '.[{ $extra }]': { $models })
purpose-detector = detector
purpose-recogniser = recogniser
purpose-tagger = tagger
purpose-captioner = captioner
purpose-rating = rating
models-column-model = Model
models-column-purpose = For
models-column-state = State
models-column-size = Size
models-column-check = Checked by
models-column-licence = Licence
models-column-used = Used for
models-column-needs = Needs
