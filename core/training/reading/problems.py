"""What a reader could not use, counted by reason: bad lines never stop a pass over the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

EXAMPLES = 5
"""Places remembered for each reason."""


@dataclass(slots=True)
class Problems:
    """`wrong`: what is broken, by reason. `left_out`: what was passed over on purpose, by reason.

    Reasons are short words such as `line-malformed`; `examples` holds the first places of each.
    """

    wrong: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, reason: str, where: object) -> None:
        """Something at `where` is broken."""
        self.wrong[reason] += 1
        self._remember(reason, where)

    def leave_out(self, reason: str, where: object) -> None:
        """Something at `where` is of no use here."""
        self.left_out[reason] += 1
        self._remember(reason, where)

    def clear(self) -> None:
        """For the next pass."""
        self.wrong.clear()
        self.left_out.clear()
        self.examples.clear()

    def _remember(self, reason: str, where: object) -> None:
        if len(self.examples[reason]) < EXAMPLES:
            self.examples[reason].append(str(where)[:200])
