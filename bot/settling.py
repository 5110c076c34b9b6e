"""What a program that stays does once everything is open, before it answers anybody."""

from __future__ import annotations

import gc
from functools import cache


@cache
def settle() -> None:
    """Takes what is in memory now out of the garbage collector's sight, once a process.

    Catalogue and search are hundreds of thousands of objects that stay to the end. Looking through all of them holds
    every thread for a tenth of a second, and the first picture used to set that off while people waited.
    """
    gc.collect()
    gc.freeze()
