"""The tags that the composer has words for, all fit for everybody; a tag that implies one is said as that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.pictures.picture import Tag
from core.pictures.tags import vocabulary

LENGTHS = {"very_long_hair": "very-long", "long_hair": "long", "medium_hair": "medium", "short_hair": "short"}

FEATURES = (
    "multicolored_hair", "heterochromia", "ponytail", "twintails", "twin_braids", "braid", "hair_bun", "hair_ribbon",
    "hair_flower", "cat_ears", "fox_ears", "rabbit_ears", "dog_ears", "wolf_ears", "animal_ears", "pointy_ears",
    "horns", "halo", "wings", "tail", "beard", "eyepatch",
)  # fmt: skip

STATES = (
    "grin", "laughing", "smile", "crying", "tears", "angry", "surprised", "expressionless", "blush", "tongue_out",
    "open_mouth", "closed_eyes", "one_eye_closed", "sleeping", "sitting", "standing", "lying", "kneeling", "squatting",
    "walking", "running", "jumping", "eating", "reading", "singing", "waving", "arms_up", "looking_at_viewer",
    "looking_back", "looking_up", "looking_down",
)  # fmt: skip

CLOTHES = (
    "school_uniform", "military_uniform", "kimono", "japanese_clothes", "chinese_clothes", "maid", "dress", "swimsuit",
    "suit", "armor", "coat", "jacket", "hoodie", "sweater", "shirt", "skirt", "pants", "shorts", "apron", "cape", "hat",
    "crown", "glasses", "sunglasses", "mask", "scarf", "necktie", "bowtie", "gloves", "headphones", "earrings",
    "necklace",
)  # fmt: skip

PLACES = (
    "beach", "forest", "classroom", "bedroom", "library", "city", "underwater", "outdoors", "indoors", "snowing",
    "rain", "sunset", "night", "day",
)  # fmt: skip

THINGS = (
    "cherry_blossoms", "flower", "food", "cat", "dog", "bird", "butterfly", "fish", "horse", "dragon", "book", "bag",
    "umbrella", "instrument", "microphone", "camera", "phone", "balloon", "ball", "cup", "sword", "gun", "weapon",
    "robot", "stuffed_toy", "tree", "building", "moon", "sky", "cloud", "ocean", "water", "snow", "fire", "window",
    "chair", "bed", "table", "car",
)  # fmt: skip

FRAMINGS = ("portrait", "close-up", "upper_body", "cowboy_shot", "full_body")
VIEWS = ("from_behind", "from_above", "from_below", "from_side", "profile")
TEXT = ("english_text", "text", "chinese_text", "korean_text", "japanese_text", "text_focus", "wall_of_text")
COMICS = ("comic", "4koma", "2koma", "3koma")
SPEECH = ("speech_bubble", "thought_bubble")

DROPPED = {
    "smile": ("grin", "laughing"),
    "open_mouth": ("laughing",),
    "tears": ("crying",),
    "closed_eyes": ("sleeping",),
    "sky": ("cloud",),
    "water": ("ocean",),
    "japanese_clothes": ("kimono",),
    "outdoors": ("beach", "forest"),
    "indoors": ("classroom", "bedroom", "library"),
    "braid": ("twin_braids",),
    "looking_at_viewer": ("closed_eyes",),
}
"""Not said beside one of those, which say it already or better."""


def spoken_in(among: Sequence[str], tags: Mapping[str, Tag]) -> list[tuple[str, tuple[str, ...]]]:
    """Which of the tags with words hold, in the order of `among`, each with its sources; the implied left out."""
    words = vocabulary()
    found: dict[str, str] = {}
    for name in among:
        holder = name if name in tags else next((tag for tag in tags if name in words.implied(tag)), None)
        if holder is not None:
            found[name] = holder
    covered = {other for name in found for other in words.implied(name)}
    covered |= {name for name, others in DROPPED.items() if any(other in found for other in others)}
    return [(name, (f"tag:{holder}",)) for name, holder in found.items() if name not in covered]
