"""How many descriptors a server has and needs."""

import resource

import pytest

from ivr import descriptors
from ivr.config import AgiSettings, ConsoleSettings, MediaSettings, MonitoringSettings, Settings

pytestmark = pytest.mark.unit


def test_a_full_house_is_counted() -> None:
    """Every listener that is switched on, and what is needed beside them."""
    settings = Settings(
        agi=AgiSettings(connections=10),
        media=MediaSettings(connections=20),
        console=ConsoleSettings(connections=3),
    )
    assert descriptors.needed(settings) == 10 + 20 + 3 + 50 + descriptors.BESIDE
    off = {"console": ConsoleSettings(enabled=False), "monitoring": MonitoringSettings(enabled=False)}
    assert descriptors.needed(settings.model_copy(update=off)) == 30 + descriptors.BESIDE


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 4096, 4096),
        (1024, resource.RLIM_INFINITY, 65_536),
        (1024, 1 << 20, 65_536),
        (1 << 20, 1 << 20, None),
    ],
)
def test_the_limit_is_raised_as_far_as_is_sensible(
    soft: int, hard: int, raised: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without privileges, and never lowered."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(descriptors.resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(descriptors.resource, "setrlimit", lambda which, limits: told.append(limits))
    assert descriptors.raise_limit() == (raised or soft)
    assert told == ([(raised, hard)] if raised else [])
