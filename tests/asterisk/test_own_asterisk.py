"""The private Asterisk itself."""

from pathlib import Path

import pytest

from ivr.simulator.own_asterisk import OwnAsterisk

pytestmark = pytest.mark.asterisk


async def test_it_starts_in_a_folder_named_from_where_we_stand(
    asterisk_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make demo` names its folders relatively; Asterisk changes its own before it reads them."""
    root = asterisk_root.resolve()
    monkeypatch.chdir(tmp_path)
    async with OwnAsterisk(root, Path("calls/asterisk")) as running:
        assert "Asterisk 2" in await running.command("core show version")
        assert running.log == Path("calls/asterisk/log/full")
