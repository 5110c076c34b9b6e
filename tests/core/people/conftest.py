from __future__ import annotations

import pytest

from core.people import People
from core.storage import Storage


@pytest.fixture
def people(storage: Storage) -> People:
    return People(storage)
