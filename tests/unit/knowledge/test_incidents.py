"""What new callers hear first, and until when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.actions import Line
from ivr.knowledge.document import Problems
from ivr.knowledge.incidents import Incident, heard, lines, read_incidents, written, wrong

pytestmark = pytest.mark.unit

TWO = datetime(2026, 11, 23, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOBILES = Incident("Les mobiles sont perturbés.", TWO, TWO + 4 * HOUR)
DELAYS = Incident("L'attente est longue : rappelez demain.", TWO + HOUR, TWO + 2 * HOUR)


def read(folder: Path, text: str) -> tuple[tuple[Incident, ...], list[str]]:
    (folder / "incidents.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_incidents(folder / "incidents.yaml", problems)
    return found, [each.partition("incidents.yaml:")[2] for each in problems]


@pytest.mark.parametrize(
    ("hours", "expected"), [(-1, ()), (0, ("incident.1",)), (1, ("incident.1", "incident.2")), (4, ())]
)
def test_a_message_is_heard_from_its_first_moment_to_its_last(hours: int, expected: tuple[str, ...]) -> None:
    """Its end is excluded; two messages follow each other."""
    found = heard((MOBILES, DELAYS), TWO + hours * HOUR)
    assert tuple(line.prompt for line in found) == expected


def test_what_is_to_come_is_rendered_already() -> None:
    """Every line has the name and the text under which it will be asked for."""
    spoken = lines((MOBILES, DELAYS))
    assert heard((MOBILES, DELAYS), TWO + HOUR) == tuple(Line(*each) for each in spoken.items())


@given(
    st.lists(
        st.builds(
            lambda text, at: Incident(" ".join(text.split()), at, at + HOUR),
            st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20),
            st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
        ),
        max_size=3,
    )
)
def test_the_console_writes_what_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, made: list[Incident]
) -> None:
    """Whatever the text: quotes, colons, emoji."""
    found, _ = read(tmp_path_factory.mktemp("prompts"), written(made))
    assert found == tuple(made)


def test_without_a_file_there_is_nothing_to_hear(tmp_path: Path) -> None:
    """A site that never had an incident needs no file."""
    assert read_incidents(tmp_path / "incidents.yaml", Problems()) == ()


def test_mistakes_are_named(tmp_path: Path) -> None:
    """A moment without a zone, an end before the beginning, a question, a figure."""
    text = "- text: Êtes-vous 2 ?\n  from: 2026-11-23T14:00:00\n  until: 2026-11-23T18:00:00+01:00\n"
    _, problems = read(tmp_path, text)
    assert [each.split(":")[0] for each in problems] == ["1", "1", "2"]
    text = "- text: Panne.\n  from: 2026-11-23T18:00:00+01:00\n  until: 2026-11-23T14:00:00+01:00\n"
    assert read(tmp_path, text)[1] == ["3: entries[1].until: must come after « from »"]


def test_an_announcement_asks_nothing() -> None:
    """The question that follows is the line's."""
    assert list(wrong("Les mobiles sont perturbés.")) == []
    assert len(list(wrong("Voulez-vous attendre ?"))) == 1
