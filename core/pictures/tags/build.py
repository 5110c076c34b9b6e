"""Builds the small tables of `data/tags/` out of public lists of tag facts; run when those lists are renewed.

    python -m core.pictures.tags.build FOLDER data/tags

`FOLDER` holds danbooru_tags, danbooru_aliases, wd_v3_selected_tags, tag_groups,
general_tag_classes and sankaku_implications (`.csv.gz`), adult_tags (`.txt.gz`) and
resnet50_class_names_6000 (`.json.gz`).

Implications come from another board, so not all of them are taken. A pair is kept when both tags are general tags of
the list and in use, the implied one has at least as many posts as the other (a true implication cannot have fewer), and
either the name says so (`black_gloves` is `gloves`) or it joins two names of the WD v3 list: those 1,078 were read, and
the ones that do not hold are in `_NOT_IMPLIED`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.pictures.tags.kinds import COLOURS, KAOMOJI

MANY_POSTS = 300
"""General tags with fewer posts get no group of their own: no tagger knows them."""

_NOT_IMPLIED = """
parted_lips>open_mouth straddling>spread_legs heart_hands>heart dual_wielding>holding_weapon
bodystocking>lingerie spoken_heart>heart trigger_discipline>weapon kimono_skirt>kimono fang_out>fang
footjob>feet foot_focus>feet heart-shaped_pupils>heart animal_ear_fluff>animal_ears
headphones_around_neck>headphones petticoat>lingerie bloomers>underwear swimsuit_under_clothes>swimsuit
cover_page>cover frogtie>bound_legs xd>:d x3>:3 gathers>frills standing_split>standing_on_one_leg
standing_sex>standing bagged_fish>bag food_art>food bandaids_on_nipples>bandaid christmas_tree>christmas
kotoyoro>new_year akeome>new_year star_of_david>hexagram kyuudou>archery washing_hair>bathing
showering>bathing sheet_grab>bed_sheet zombie_pose>outstretched_arms heart_of_string>heart
pyrokinesis>fire hydrokinesis>water spit_take>spitting shared_food>food_in_mouth sundae>ice_cream
on_roof>rooftop decapitation>guro robot_ears>headgear animal_ear_headphones>fake_animal_ears
cat_ear_headphones>fake_animal_ears spider_web_print>animal_print paw_print>animal_print
bridal_veil>headdress soaking_feet>partially_submerged lemon_slice>lemon hat_with_ears>hat voile>library
teacher_and_student>teacher ejaculating_while_penetrated>ejaculation holding_panties>holding
holding_bra>holding tearing_clothes>torn_clothes dissolving_clothes>torn_clothes
whistle_around_neck>whistle goggles_around_neck>goggles goggles_on_head>goggles tail_wagging>tail
kigurumi>cosplay costume_switch>cosplay street>road bow_panties>bow nosebleed>blood glowing_hair>glowing
glowing_eyes>glowing glowing_eye>glowing phoenix>bird tail_through_clothes>tail beachball>ball
black_coffee>coffee jacket_around_waist>jacket sweater_around_waist>sweater shirt_around_waist>shirt
blood_bag>blood lamia>tail single_wing>wings sunbeam>sunlight saliva_trail>saliva white_day>day
armored_dress>armor health_bar>gameplay_mechanics
"""

_HARMLESS = """
tail collar bodysuit chain muscular muscular_female muscular_male on_side corset rope sarashi fat giant
plump skinny folded cross-section extra_arms separated_arms separated_legs separated_wrists covering_face
crossdressing reverse_trap smelling caught peeking walk-in anatomy teamwork shackles handcuffs cuffs 6_9
:>= bikini yuri yaoi piercing conjoined fake_scrollbar bubble_filter outside_of_play_area rubbing
suspension clothes_in_front blindfold bandeau center_opening laughing_man_(gits) card_between_breasts
human_furniture poke_ball_insertion pregnant chest_binder convenient_head convenient_arm convenient_leg
tentacles whip slave
"""
"""On the wide public block list, but nothing that a picture for everybody could not show."""

_UNKIND = frozenset({"trap"})
"""No other name is turned into one of these."""

_ADULT_WORDS = re.compile(
    r"(?:^|_)(?:penis|penises|pussy|cum|nipples?|sex|nude|anus|anal|vaginal|areolae?|masturbation|fellatio|paizuri|"
    r"erection|testicles|clitoris|dildo|vibrator|futanari|futa|bdsm|panties|pantyshot|lingerie|underwear|bra|crotch|"
    r"topless|bottomless|see-through|orgasm|guro|pubic|incest|bulge|thong|g-string|bondage|ahegao|loli|shota)(?:_|$)"
)

_COUNT = re.compile(
    r"(?:[1-6]\+?(?:girl|boy|other)s?|multiple_(?:girls|boys|others)|solo|no_humans|everyone|crowd)$"
)

_EXACT = {
    "framing": "portrait close-up upper_body cowboy_shot full_body lower_body wide_shot very_wide_shot profile face "
    "from_behind from_above from_below from_side dutch_angle pov out_of_frame head_out_of_frame cropped_legs "
    "solo_focus multiple_views cropped_torso cropped_shoulders cropped_arms feet_out_of_frame straight-on eye_focus",
    "expression": "smile open_mouth closed_mouth blush closed_eyes one_eye_closed tears crying grin frown parted_lips "
    "fang tongue_out tongue clenched_teeth teeth expressionless v-shaped_eyebrows sweatdrop sweat laughing angry "
    "sad happy half-closed_eyes",
    "pose": "looking_at_viewer looking_back looking_to_the_side looking_away looking_up looking_down "
    "looking_at_another sitting standing lying kneeling holding arms_up hand_up hug holding_hands",
    "colour": "monochrome greyscale sepia spot_color colorful dark pastel_colors limited_palette bright",
    "background": "indoors outdoors day night sky cloud tree ocean water beach building city window bed sunset "
    "snow rain blurry_background simple_background",
    "hair": "bangs ahoge ponytail twintails braid sidelocks hair_between_eyes hair_over_one_eye hair_bun",
    "head": "animal_ears horns halo elf pointy_ears",
    "body": "wings tail breasts medium_breasts large_breasts small_breasts navel thighs collarbone dark_skin",
}

_PATHS = (
    ("body / hair", "hair"), ("body / face", "expression"), ("body / emotions", "expression"), ("emotes", "expression"),
    ("body / posture", "pose"), ("body / poses", "pose"), ("body / movement", "pose"), ("body / hands", "pose"),
    ("verbs", "pose"), ("body / ears", "head"), ("body / head", "head"), ("body", "body"), ("clothes", "clothes"),
    ("creatures", "creatures"), ("locations", "background"), ("image composition / background", "background"),
    ("image composition / framing", "framing"), ("image composition / angle", "framing"),
    ("image composition / focus", "framing"), ("image composition / colors", "colour"), ("groups", "count"),
    ("image composition / text", "text"), ("image composition", "style"), ("elements", "background"),
    ("jobs", "clothes"),
    ("plants", "objects"), ("food", "objects"), ("objects", "objects"), ("vehicles", "objects"), ("weapons", "objects"),
    ("technology", "objects"), ("games", "objects"),
)  # fmt: skip

_CLASSES = {
    "attire_body": "clothes",
    "attire_head": "clothes",
    "appearance_body": "body",
    "appearance_head": "head",
    "posture_body": "pose",
    "posture_head": "expression",
    "image_composition": "style",
    "background": "background",
    "object": "objects",
}


def group_of(tag: str, path: str, kind: str) -> str:
    """The group of a general tag, from its name, its place in the public group list and its public class."""
    if _COUNT.match(tag):
        return "count"
    for group, names in _EXACT.items():
        if tag in names.split():
            return group
    if tag in KAOMOJI:
        return "expression"
    if tag.endswith(("_hair", "bangs", "_braid", "ponytail", "twintails")) or tag.startswith("hair_"):
        return "clothes" if path.startswith("clothes") or kind == "attire_head" else "hair"
    if tag.endswith(("_eyes", "_pupils", "_sclera", "eyelashes")) or tag == "heterochromia":
        return "eyes"
    if tag.endswith("_background"):
        return "background"
    if tag.endswith("_theme"):
        return "colour"
    for start, group in _PATHS:
        if path.startswith(start):
            return group
    return _CLASSES.get(kind, "other")


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A gzip CSV with the same bytes for the same rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def build(source: Path, target: Path) -> None:
    """Write implications, groups, aliases, blocked tags and categories to `target`."""
    kind: dict[str, str] = {}
    posts: dict[str, int] = {}
    for row in _rows(source, "danbooru_tags"):
        if row["is_deprecated"] == "0":
            kind[row["name"]], posts[row["name"]] = row["category"], int(row["post_count"])
    wd = {row["name"] for row in _rows(source, "wd_v3_selected_tags")}
    general = [name for name in kind if kind[name] == "0"]

    not_implied = set(_NOT_IMPLIED.split())
    pairs = set()
    for row in _rows(source, "sankaku_implications"):
        tag, implied = row["tag"], row["implies"]
        if kind.get(tag) != "0" or kind.get(implied) != "0" or posts[tag] > posts[implied] or tag == implied:
            continue
        said = tag.endswith(f"_{implied}")
        tank = tag.endswith(("_tank_top", "_sports_bra"))
        if (said or ({tag, implied} <= wd and not tank)) and f"{tag}>{implied}" not in not_implied:
            pairs.add((tag, implied))
    for tag in wd & kind.keys():
        first, _, rest = tag.partition("_")
        if (
            first in COLOURS
            and kind[tag] == "0"
            and kind.get(rest) == "0"
            and f"{tag}>{rest}" not in not_implied
        ):
            pairs.add((tag, rest))
        if first in COLOURS and rest == "background":
            pairs.add((tag, "simple_background"))
    write(target / "implications.csv.gz", ("tag", "implies"), sorted(pairs))

    paths = {row["tag"]: row["path"] for row in reversed(list(_rows(source, "tag_groups")))}
    classes = {row["tag"]: row["class"] for row in _rows(source, "general_tag_classes")}
    known = sorted({name for name in general if posts[name] >= MANY_POSTS} | (wd & set(general)))
    grouped = [(name, group_of(name, paths.get(name, ""), classes.get(name, ""))) for name in known]
    write(target / "groups.csv.gz", ("tag", "group"), [row for row in grouped if row[1] != "other"])

    aliases = [
        (row["alias"], row["tag"])
        for row in _rows(source, "danbooru_aliases")
        if kind.get(row["tag"], "1") != "1" and row["tag"] not in _UNKIND
    ]
    write(target / "aliases.csv.gz", ("alias", "tag"), sorted(aliases))

    outputs = json.loads(gzip.decompress((source / "resnet50_class_names_6000.json.gz").read_bytes()))
    numbers = {"1": "artist", "3": "copyright", "4": "character", "5": "meta"}
    named = [
        (name, numbers[kind[name]]) for name in sorted({*outputs, *wd}) if kind.get(name, "0") in numbers
    ]
    write(target / "categories.csv.gz", ("tag", "category"), named)

    listed = gzip.decompress((source / "adult_tags.txt.gz").read_bytes()).decode().split()
    blocked = {*listed, *(name for name in general if _ADULT_WORDS.search(name))} - {
        *_HARMLESS.split(),
        *KAOMOJI,
    }
    write(target / "blocked.csv.gz", ("tag",), [(name,) for name in sorted(blocked)])


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
