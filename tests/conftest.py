"""Rules for every test module."""

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

from tests import shipped

# A busy machine is no failure; and CI tries the same examples every time: what fails there fails here too.
hypothesis.settings.register_profile("ivr", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("ivr")

CATEGORIES = {
    "unit", "transcripts", "contract", "simulator", "speech", "asterisk", "browser", "console", "postgres",
    "fleet",
}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is configured and published in the checkout out of the tests."""
    folder = tempfile.TemporaryDirectory(prefix="ivr-tests-")
    config.add_cleanup(folder.cleanup)
    shipped.configure(Path(folder.name))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test without a category: ``make test`` must know what each one needs."""
    homeless = sorted(
        {i.nodeid.split("::")[0] for i in items if not CATEGORIES & {m.name for m in i.iter_markers()}}
    )
    if homeless:
        raise pytest.UsageError(f"declare `pytestmark = pytest.mark.<category>` in: {', '.join(homeless)}")
