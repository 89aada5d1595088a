"""The state table of docs/reference/dialogue.md is the one of the code."""

import os
import re
from pathlib import Path

import pytest

from ivr.dialogue.dialogue import ALWAYS, TRANSITIONS, State

pytestmark = pytest.mark.unit

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "dialogue.md"
PLACE = re.compile(r"(<!-- states: .*? -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table() -> str:
    """The transitions that are not the same in every state."""
    rows = ["| state | meaning | event | what is done |", "|---|---|---|---|"]
    for state, row in TRANSITIONS.items():
        own = {event: action for event, action in row.items() if ALWAYS.get(event) is not action}
        for number, (event, action) in enumerate(own.items()):
            name, meaning = (f"`{state.name}`", state.value) if number == 0 else ("", "")
            done = (action.__doc__ or "").splitlines()[0]
            rows.append(f"| {name} | {meaning} | `{event.__name__}` | {done} |")
    return "\n".join(rows) + "\n"


def test_the_state_table_is_up_to_date() -> None:
    """Whoever changes the table regenerates the page: UPDATE=1."""
    page = PAGE.read_text(encoding="utf-8")
    expected = PLACE.sub(lambda match: match[1] + table() + match[3], page)
    if os.environ.get("UPDATE"):
        PAGE.write_text(expected, encoding="utf-8")
    assert page == expected or os.environ.get("UPDATE")


def test_the_page_names_every_state() -> None:
    """No state is left undocumented."""
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{state.name}`" in page for state in State)
