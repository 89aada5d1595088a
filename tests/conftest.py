"""Rules for every test module."""

import hypothesis
import pytest

hypothesis.settings.register_profile("ivr", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("ivr")

CATEGORIES = {
    "unit", "transcripts", "contract", "simulator", "speech", "asterisk", "browser", "postgres",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test without a category: ``make test`` must know what each one needs."""
    homeless = sorted(
        {i.nodeid.split("::")[0] for i in items if not CATEGORIES & {m.name for m in i.iter_markers()}}
    )
    if homeless:
        raise pytest.UsageError(f"declare `pytestmark = pytest.mark.<category>` in: {', '.join(homeless)}")
