"""Tags that people most often miss, by group: what is offered where tags can be pressed but not typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OFFERED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(tags.split())
        for name, tags in {
            "count": "1girl 2girls 3girls multiple_girls 1boy 2boys multiple_boys solo no_humans",
            "hair": "long_hair short_hair medium_hair black_hair blonde_hair brown_hair blue_hair pink_hair red_hair"
            " white_hair purple_hair green_hair orange_hair aqua_hair multicolored_hair ponytail twintails braid"
            " bangs ahoge hair_bun hair_ornament hair_ribbon",
            "eyes": "blue_eyes red_eyes brown_eyes green_eyes purple_eyes yellow_eyes pink_eyes aqua_eyes black_eyes"
            " grey_eyes orange_eyes heterochromia closed_eyes one_eye_closed",
            "expression": "smile open_mouth closed_mouth blush grin frown crying tears angry surprised expressionless"
            " smug pout :d ;d",
            "clothes": "school_uniform serafuku dress shirt skirt jacket hoodie kimono yukata armor swimsuit suit"
            " maid thighhighs gloves scarf cape necktie ribbon bow shorts coat sweater apron",
            "head": "glasses hat animal_ears cat_ears fox_ears rabbit_ears horns halo headphones earrings hairband"
            " crown mask eyepatch pointy_ears choker",
            "pose": "looking_at_viewer standing sitting lying from_behind from_side holding arms_up waving running"
            " hug dancing fighting_stance sleeping",
            "background": "simple_background white_background outdoors indoors sky cloud night sunset snow rain"
            " cherry_blossoms flower tree city beach water moon starry_sky classroom",
            "framing": "portrait upper_body cowboy_shot full_body close-up profile chibi",
            "objects": "sword weapon umbrella book food cup phone instrument guitar balloon lantern cat dog bird",
        }.items()
    }
)
"""Groups in the order in which they are offered; each fits one menu."""
