gallery-other-model = The gallery “{ $gallery }” was made with { $model }, but { $asked } looks at pictures now. Build the gallery anew, or choose the other model.
gallery-broken = The gallery { $file } is damaged or of another version, so nobody is named from it. Build it anew.
gallery-missing = The gallery { $file } is not there.
gallery-unwritable = I cannot write { $file }: { $problem }
gallery-unknown = There is no gallery called “{ $name }”. There are: { $known }
gallery-name-wrong = “{ $name }” cannot be the name of a gallery: use 1 to 60 letters, digits, dots, dashes and underscores, and neither “shipped” nor “server”.
gallery-folder-missing = There is no folder { $folder }. I need one with a folder of pictures for each character.
gallery-folder-empty = I found no face in { $folder }. It should hold a folder of pictures for each character.
gallery-full = This server's gallery is full: { $most } faces are kept at most. Take some out first with /character remove.
character-name-wrong = That cannot be a character's name: write up to { $longest } characters with at least one letter or digit.
character-unknown = This server has no character called “{ $name }”. /character list shows them all.
face-unknown = { $name } has no face number { $face }. /character info shows the numbers.
privacy-gallery-faces = { $count ->
    [one] one face that you named for a server, as numbers, without the picture
   *[other] { $count } faces that you named for servers, as numbers, without the pictures
}
privacy-gallery-log = { $count ->
    [one] one change you made to a server's characters
   *[other] { $count } changes you made to servers' characters
}
checkpoint-pickled = { $file } is a whole Python object, and loading it would run whatever code it holds. Ask its author for a state_dict, best as .safetensors.
checkpoint-unreadable = I cannot read { $file } as a checkpoint. It should be a state_dict, as .safetensors or from torch.save.
checkpoint-unfit = { $file } does not fit any network I know: { $problem }
labels-missing = { $file } is missing. Without the list of names in the order of training, a classifier's answers mean nothing.
labels-unfit = { $file } has { $labels } names, but the classifier has { $classes } classes. It is not the list of its training.
gallery-removed = The gallery { $name } is deleted.
embedder-missing = The recogniser in use makes no vectors, so no gallery can be made with it. Choose another: osusume models use recogniser faces.
