"""No test reads the settings of whoever runs it: a `.env` in this folder may name a real database and real tokens."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from core.settings import Settings

ENV_FILE = Settings.model_config["env_file"]
"""What the program reads."""


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OSUSUME_")]:
            patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        yield
