# The composed caption of a picture: every message is a whole sentence or a noun phrase that one takes.

# Whole sentences
caption-join = { $first } { $second }
caption-and = { $first } { $initial ->
   *[other] and
} { $second }
caption-comma = { $first }, { $second }
caption-chain-and = { $first } { $initial ->
   *[other] and
} { $second }
caption-chain-comma = { $first }, { $second }
caption-people-and = { $first }; { $second }
caption-people-comma = { $first }; { $second }
caption-name = { $name }
caption-several-start = Several characters
caption-several-inside = several characters
caption-person = { $who } with { $features }
caption-shown = { $what }.
caption-illustration = An illustration of { $what }.
caption-illustration-plain = An illustration.
caption-nothing = A picture in which no drawn face was recognised.
caption-empty = An illustration without people.
caption-order = From left to right: { $people }.
caption-among = Among them: { $people }.
caption-shared = They share { $features }.
caption-states = { $gender ->
    [female] She
    [male] He
   *[other] The character
} is { $states }.
caption-wears = { $gender ->
    [female] She wears
    [male] He wears
   *[other] The character wears
} { $clothes }.
caption-clothes-seen = The clothes include { $clothes }.
caption-place = The scene is { $places }.
caption-things = Also seen: { $things }.
caption-background = The background is { $colour }.
caption-background-simple = The background is plain.
caption-background-transparent = The background is transparent.
caption-tones = The main colours are { $colours }.
caption-tone = The main colour is { $colours }.
caption-greyscale = It is in black and white.
caption-monochrome = It is in shades of one colour.
caption-dark = The picture is dark.
caption-comic = It is laid out as a comic.
caption-text = It contains text.
caption-speech = It has speech bubbles.

# How much of somebody is seen, and from where
caption-framing-portrait = The picture shows head and shoulders.
caption-framing-close-up = The face is seen close up.
caption-framing-upper_body = The picture shows the upper body.
caption-framing-cowboy_shot = The picture shows the body down to the thighs.
caption-framing-full_body = The picture shows the full body.
caption-view-from_behind = The view is from behind.
caption-view-from_above = The view is from above.
caption-view-from_below = The view is from below.
caption-view-from_side = The view is from the side.
caption-view-profile = The face is seen in profile.

# Features, each a noun phrase
caption-hair = { $shade } hair
caption-hair-long = long hair
caption-hair-short = short hair
caption-hair-medium = medium-length hair
caption-hair-very-long = very long hair
caption-hair-long-shade = long { $shade } hair
caption-hair-short-shade = short { $shade } hair
caption-hair-medium-shade = medium-length { $shade } hair
caption-hair-very-long-shade = very long { $shade } hair
caption-eyes = { $shade } eyes
caption-feature-multicolored_hair = multicoloured hair
caption-feature-heterochromia = eyes of different colours
caption-feature-ponytail = a ponytail
caption-feature-twintails = twintails
caption-feature-braid = a braid
caption-feature-twin_braids = two braids
caption-feature-hair_bun = a hair bun
caption-feature-hair_ribbon = a hair ribbon
caption-feature-hair_flower = a flower in the hair
caption-feature-animal_ears = animal ears
caption-feature-cat_ears = cat ears
caption-feature-fox_ears = fox ears
caption-feature-rabbit_ears = rabbit ears
caption-feature-dog_ears = dog ears
caption-feature-wolf_ears = wolf ears
caption-feature-pointy_ears = pointed ears
caption-feature-horns = horns
caption-feature-halo = a halo
caption-feature-wings = wings
caption-feature-tail = a tail
caption-feature-beard = a beard
caption-feature-eyepatch = an eyepatch

# What somebody does; Japanese: each in the te-form, the sentence adds います
caption-state-smile = smiling
caption-state-grin = grinning
caption-state-laughing = laughing
caption-state-blush = blushing
caption-state-open_mouth = open-mouthed
caption-state-closed_eyes = keeping both eyes closed
caption-state-one_eye_closed = winking
caption-state-crying = crying
caption-state-tears = tearful
caption-state-angry = looking angry
caption-state-surprised = looking surprised
caption-state-expressionless = without expression
caption-state-tongue_out = sticking out the tongue
caption-state-looking_at_viewer = looking at the viewer
caption-state-looking_back = looking back
caption-state-looking_up = looking up
caption-state-looking_down = looking down
caption-state-sitting = sitting
caption-state-standing = standing
caption-state-lying = lying down
caption-state-kneeling = kneeling
caption-state-squatting = squatting
caption-state-walking = walking
caption-state-running = running
caption-state-jumping = jumping
caption-state-sleeping = sleeping
caption-state-eating = eating
caption-state-reading = reading
caption-state-singing = singing
caption-state-waving = waving
caption-state-arms_up = raising both arms

# Clothes
caption-clothes-school_uniform = a school uniform
caption-clothes-military_uniform = a military uniform
caption-clothes-japanese_clothes = Japanese clothes
caption-clothes-kimono = a kimono
caption-clothes-chinese_clothes = Chinese clothes
caption-clothes-maid = a maid outfit
caption-clothes-dress = a dress
caption-clothes-skirt = a skirt
caption-clothes-shirt = a shirt
caption-clothes-sweater = a sweater
caption-clothes-hoodie = a hoodie
caption-clothes-jacket = a jacket
caption-clothes-coat = a coat
caption-clothes-cape = a cape
caption-clothes-apron = an apron
caption-clothes-armor = armour
caption-clothes-suit = a suit
caption-clothes-swimsuit = a swimsuit
caption-clothes-pants = trousers
caption-clothes-shorts = shorts
caption-clothes-glasses = glasses
caption-clothes-sunglasses = sunglasses
caption-clothes-hat = a hat
caption-clothes-scarf = a scarf
caption-clothes-gloves = gloves
caption-clothes-necktie = a necktie
caption-clothes-bowtie = a bow tie
caption-clothes-headphones = headphones
caption-clothes-crown = a crown
caption-clothes-mask = a mask
caption-clothes-earrings = earrings
caption-clothes-necklace = a necklace

# Places and times
caption-place-outdoors = outdoors
caption-place-indoors = indoors
caption-place-night = at night
caption-place-day = in the daytime
caption-place-sunset = at sunset
caption-place-beach = on a beach
caption-place-forest = in a forest
caption-place-classroom = in a classroom
caption-place-bedroom = in a bedroom
caption-place-library = in a library
caption-place-city = in a city
caption-place-snowing = in falling snow
caption-place-rain = in the rain
caption-place-underwater = underwater

# Things
caption-thing-flower = flowers
caption-thing-cherry_blossoms = cherry blossoms
caption-thing-food = food
caption-thing-cat = a cat
caption-thing-dog = a dog
caption-thing-bird = a bird
caption-thing-butterfly = a butterfly
caption-thing-fish = fish
caption-thing-horse = a horse
caption-thing-dragon = a dragon
caption-thing-book = a book
caption-thing-bag = a bag
caption-thing-umbrella = an umbrella
caption-thing-instrument = a musical instrument
caption-thing-microphone = a microphone
caption-thing-camera = a camera
caption-thing-phone = a phone
caption-thing-balloon = a balloon
caption-thing-ball = a ball
caption-thing-cup = a cup
caption-thing-sword = a sword
caption-thing-gun = a gun
caption-thing-weapon = a weapon
caption-thing-robot = a robot
caption-thing-stuffed_toy = a stuffed toy
caption-thing-tree = trees
caption-thing-building = buildings
caption-thing-sky = the sky
caption-thing-cloud = clouds
caption-thing-moon = the moon
caption-thing-ocean = the sea
caption-thing-water = water
caption-thing-snow = snow
caption-thing-fire = fire
caption-thing-window = a window
caption-thing-chair = a chair
caption-thing-bed = a bed
caption-thing-table = a table
caption-thing-car = a car

# Colours: of hair, of eyes, and by themselves
caption-hair-shade-aqua = aqua
caption-eye-shade-aqua = aqua
caption-colour-aqua = aqua
caption-hair-shade-black = black
caption-eye-shade-black = black
caption-colour-black = black
caption-hair-shade-blonde = blonde
caption-eye-shade-blonde = yellow
caption-colour-blonde = yellow
caption-hair-shade-blue = blue
caption-eye-shade-blue = blue
caption-colour-blue = blue
caption-hair-shade-brown = brown
caption-eye-shade-brown = brown
caption-colour-brown = brown
caption-hair-shade-green = green
caption-eye-shade-green = green
caption-colour-green = green
caption-hair-shade-grey = grey
caption-eye-shade-grey = grey
caption-colour-grey = grey
caption-hair-shade-light_blue = light blue
caption-eye-shade-light_blue = light blue
caption-colour-light_blue = light blue
caption-hair-shade-light_brown = light brown
caption-eye-shade-light_brown = light brown
caption-colour-light_brown = light brown
caption-hair-shade-orange = orange
caption-eye-shade-orange = orange
caption-colour-orange = orange
caption-hair-shade-pink = pink
caption-eye-shade-pink = pink
caption-colour-pink = pink
caption-hair-shade-purple = purple
caption-eye-shade-purple = purple
caption-colour-purple = purple
caption-hair-shade-red = red
caption-eye-shade-red = red
caption-colour-red = red
caption-hair-shade-white = white
caption-eye-shade-white = white
caption-colour-white = white
caption-hair-shade-yellow = yellow
caption-eye-shade-yellow = yellow
caption-colour-yellow = yellow

# How many; `start` begins a sentence
caption-girl-start = { $count ->
    [1] A girl
    [2] Two girls
    [3] Three girls
    [4] Four girls
    [5] Five girls
    [6] Six girls
   *[other] { $count } girls
}
caption-girl-inside = { $count ->
    [1] a girl
    [2] two girls
    [3] three girls
    [4] four girls
    [5] five girls
    [6] six girls
   *[other] { $count } girls
}
caption-boy-start = { $count ->
    [1] A boy
    [2] Two boys
    [3] Three boys
    [4] Four boys
    [5] Five boys
    [6] Six boys
   *[other] { $count } boys
}
caption-boy-inside = { $count ->
    [1] a boy
    [2] two boys
    [3] three boys
    [4] four boys
    [5] five boys
    [6] six boys
   *[other] { $count } boys
}
caption-character-start = { $count ->
    [1] A character
    [2] Two characters
    [3] Three characters
    [4] Four characters
    [5] Five characters
    [6] Six characters
   *[other] { $count } characters
}
caption-character-inside = { $count ->
    [1] a character
    [2] two characters
    [3] three characters
    [4] four characters
    [5] five characters
    [6] six characters
   *[other] { $count } characters
}
caption-more-characters = { $count ->
    [1] another character
   *[other] { $count } more characters
}
