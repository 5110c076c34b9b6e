"""Fixed words of the tag language: colours, faces made of signs, and which tags exclude each other."""

from __future__ import annotations

COLOURS = (
    "aqua", "black", "blonde", "blue", "brown", "green", "grey", "light_blue", "light_brown", "orange", "pink",
    "purple", "red", "white", "yellow",
)  # fmt: skip

KAOMOJI = frozenset({
    "0_0", "(o)_(o)", "+_+", "+_-", "._.", "<o>_<o>", "<|>_<|>", "=_=", ">_<", "3_3", "6_9", ">_o", "@_@",
    "^_^", "o_o", "u_u", "x_x", "|_|", "||_||",
})  # fmt: skip
"""Tags that are drawings: their underscores stay (list of the WD taggers)."""

HAIR_COLOURS = tuple(f"{colour}_hair" for colour in COLOURS if colour != "yellow")
_PLAIN = tuple(colour for colour in COLOURS if not colour.startswith(("light", "blonde")))
EYE_COLOURS = tuple(f"{colour}_eyes" for colour in _PLAIN)
BACKGROUND_COLOURS = (*(f"{colour}_background" for colour in _PLAIN), "transparent_background")

GIRLS = ("1girl", "2girls", "3girls", "4girls", "5girls", "6+girls")
BOYS = ("1boy", "2boys", "3boys", "4boys", "5boys", "6+boys")
OTHERS = ("1other", "2others", "3others", "4others", "5others", "6+others")

SEVERAL_HAIR = frozenset(
    {"multicolored_hair", "two-tone_hair", "gradient_hair", "streaked_hair", "colored_inner_hair", "split-color_hair",
     "rainbow_hair", "colored_tips"}
)  # fmt: skip
SEVERAL_EYES = frozenset({"heterochromia", "multicolored_eyes", "gradient_eyes", "two-tone_eyes"})
SEVERAL_BACKGROUNDS = frozenset(
    {"multicolored_background", "two-tone_background", "gradient_background", "rainbow_background"}
)
SEVERAL_PICTURES = frozenset(
    {"comic", "multiple_views", "collage", "reference_sheet", "4koma", "character_sheet"}
)
"""One picture made of several: what excludes itself in one person may then stand side by side."""

EXCLUDING = (("portrait", "upper_body", "cowboy_shot", "full_body", "lower_body", "close-up"),)
"""Of each, one at most in any picture."""

EXCLUDING_SURELY = (("indoors", "outdoors"), ("day", "night"))
"""Of each, one at most, and none where neither is clearly ahead."""

EXCLUDING_IN_ONE_PERSON = (
    ("very_short_hair", "short_hair", "medium_hair", "long_hair"),
    ("very_short_hair", "short_hair", "medium_hair", "very_long_hair"),
    ("open_mouth", "closed_mouth", "parted_lips"),
    ("closed_eyes", "one_eye_closed", "half-closed_eyes"),
    ("sitting", "standing", "lying", "kneeling", "squatting"),
    ("flat_chest", "small_breasts", "medium_breasts", "large_breasts", "huge_breasts", "gigantic_breasts"),
)
"""Of each, one at most where one person is seen."""
