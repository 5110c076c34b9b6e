"""What a list file is read as."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import UserError
from core.people.lists import ListEntry, read_list


def entries(data: bytes | str) -> list[ListEntry]:
    return read_list(data.encode() if isinstance(data, str) else data).entries


def refusal(data: bytes | str) -> tuple[str, dict[str, Any]]:
    with pytest.raises(UserError) as refused:
        entries(data)
    return refused.value.key, dict(refused.value.arguments)
