"""How many servers a busiest hour needs."""

import re
from pathlib import Path

import pytest

from bench.nodes import need, places

pytestmark = pytest.mark.unit
OPERATIONS = Path(__file__).parents[3] / "docs/operations.md"


@pytest.mark.parametrize(("erlangs", "refused", "expected"), [(1, 0.5, 1), (1, 0.2, 2), (2, 0.4, 2)])
def test_places_by_hand(erlangs: float, refused: float, expected: int) -> None:
    """Erlang B worked out on paper: B(1,1) = 1/2, B(1,2) = 1/5, B(2,2) = 2/5."""
    assert places(erlangs, refused + 1e-9) == expected
    assert places(erlangs, refused - 1e-9) == expected + 1


def test_one_server_more_than_hold_the_calls() -> None:
    """A line that fits one server needs a second, for the day the first fails."""
    assert need(10, 3, held=20).servers == 2
    assert need(300, 4, held=40).servers == 2
    assert need(300, 4, held=34).servers == 3


def test_the_table_of_the_page_is_what_is_computed() -> None:
    """The page is read by who has no bench at hand."""
    page = OPERATIONS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 5
    for calls, erlangs, held, servers in rows:
        found = need(float(calls), 4)
        assert (f"{found.erlangs:.1f}", str(found.calls), str(found.servers)) == (erlangs, held, servers)
