"""A private Asterisk for each test that wants one: unpacked once by ``make test``, half a second to boot."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ivr.simulator.own_asterisk import OwnAsterisk

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def asterisk_root() -> Path:
    """Where ``dialplan/unpack-asterisk`` unpacked; without it these tests fail and say what to run."""
    return Path(os.environ.get("IVR_ASTERISK_ROOT", ROOT / ".asterisk"))


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where prompts are kept once rendered."""
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture(scope="module", autouse=True)
def rendered_once(rendered: Path) -> Iterator[None]:
    """Every server of these tests, in this process or another, finds the prompts that the first rendered."""
    with pytest.MonkeyPatch.context() as environment:
        if "IVR_SPEECH__CACHE" not in os.environ:
            environment.setenv("IVR_SPEECH__CACHE", str(rendered))
        yield


@pytest.fixture
async def asterisk(asterisk_root: Path, tmp_path: Path) -> AsyncIterator[OwnAsterisk]:
    """A running private Asterisk with short delays."""
    async with OwnAsterisk(asterisk_root, tmp_path / "asterisk", grace=3, queue_wait=8) as running:
        yield running
