training-config = The file { $file } cannot be used as settings of a training: { $problem }.
training-classes = At least two classes with pictures to learn from are needed. Check the folder given with --data.
weights-unreachable = The ImageNet weights of { $name } could not be fetched. Connect to the internet, or give a file of weights instead.
weights-unreadable = { $file } cannot be read as weights. Give a state_dict as .pth or .safetensors.
weights-unfit = The weights in { $file } are of another backbone: { $missing } is not among them.
distributed-alone = --distributed needs several processes: start it with torchrun --nproc-per-node=N --no-python osusume train ...
distributed-budget = With several processes there is no --budget: set the number of steps in the file given with --config.
captioner-missing = There is no BLIP model in { $path }. Give the folder that holds its config.json and weights.
classifier-broken = { $file } is no classifier that can be evaluated.
labels-needed = The label file { $file } is missing or broken. It belongs beside the model, or is given with --labels.
sheet-inside = { $path } would lie inside the project, where pictures of others do not belong. Give --sheet a place outside it.
sheet-unwritable = { $path } cannot be written. Check the place and that the name ends in .png or .jpg.
training-tags = No picture at { $path } has tags to learn or to ask about. Check the path, and --format.
training-tags-few = At least two tags with { $pictures } pictures each are needed. Give more pictures, or lower least_pictures with --config.
install-nothing = There is no trained tagger in { $path }. Give the folder that osusume train tagger wrote.
install-name = { $given } cannot be a model's name. Use small letters, digits and hyphens.
install-taken = There is another model called { $given }. Choose a name with --name.
install-unwritable = The folder of the models cannot be written: { $problem }. Check its rights and the room on the disk.
