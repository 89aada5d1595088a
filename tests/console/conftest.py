"""A console per test."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.console_site import Site, site


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    """A console with an empty database; learning happens in a thread."""
    async with site(tmp_path, ThreadPoolExecutor(1)) as opened:
        yield opened
