"""What holds for every test: nothing is read of whoever runs it, and no verdict depends on how quick the machine is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from core.settings import Settings

ENV_FILE = Settings.model_config["env_file"]
"""What the program reads."""

property_settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("busy")


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody() -> Iterator[None]:
    """A `.env` in this folder may name a real database and real tokens."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OSUSUME_")]:
            patch.delenv(name)
        patch.setitem(Settings.model_config, "env_file", None)
        yield
