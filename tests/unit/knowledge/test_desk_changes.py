"""What an edition says of the desk, over the settings."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.desk import DeskBook
from ivr.config import DeskSettings
from ivr.knowledge.desk_changes import UNCHANGED, Closure, DeskChanges, Opening, read_desk, written
from ivr.knowledge.document import Problems
from ivr.knowledge.hours import DAYS, OpeningHours, Why

pytestmark = pytest.mark.unit

EVE = date(2026, 12, 24)
TOML = DeskSettings(
    hours={"lundi": ["09:00-12:00"]}, extra_closed=["2026-12-24"], extra_open=["2026-12-28"], queue="accueil"
)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
spans = st.sampled_from([(), ("09:00-12:00",), ("09:00-12:00", "14:00-24:00")])
reasons = st.sampled_from(["", "Noël : l'équipe", "« Inventaire » #1"])
changes = st.builds(
    DeskChanges,
    hours=st.none()
    | st.fixed_dictionaries(dict.fromkeys(DAYS, spans)).map(lambda week: week if any(week.values()) else {}),
    holidays=st.none() | st.booleans(),
    holidays_of=st.none() | st.sampled_from(["", "67", "RE"]),
    closed=st.none()
    | st.lists(st.builds(lambda d, r: Closure(d, d, r), days, reasons), max_size=2).map(tuple),
    open=st.none() | st.lists(st.builds(Opening, days, spans.filter(bool), reasons), max_size=2).map(tuple),
    queue=st.none() | st.just("support"),
    technical_queue=st.none() | st.sampled_from(["", "technique"]),
)


def read(folder: Path, text: str) -> tuple[DeskChanges, list[str]]:
    (folder / "desk.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_desk(folder / "desk.yaml", problems)
    return found, [each.partition("desk.yaml:")[2] for each in problems]


@given(changes)
def test_the_console_writes_what_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, made: DeskChanges
) -> None:
    """Every setting, every reason."""
    assert read(tmp_path_factory.mktemp("prompts"), written(made)) == (made, [])


def test_without_a_file_the_settings_hold(tmp_path: Path) -> None:
    """So does every key that is not in it."""
    assert read_desk(tmp_path / "desk.yaml", Problems()).over(TOML) == TOML
    assert DeskChanges(queue="autre").over(TOML) == TOML.model_copy(update={"queue": "autre"})


def test_what_is_completed_changes_nothing() -> None:
    """Editing begins with what holds, day for day."""
    full = UNCHANGED.completed(TOML)
    before, after = (OpeningHours.from_settings(each.over(TOML)) for each in (UNCHANGED, full))
    for day in (date(2026, 12, n) for n in range(1, 32)):
        assert before.day(day) == after.day(day)
    assert full.completed(DeskSettings()) == full


def test_always_open_can_be_published_over_hours() -> None:
    """An empty week is an answer, not a missing one."""
    assert DeskChanges(hours={}).over(TOML).hours == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hours:\n  lundi: [9-12]\n", "2: hours.lundi: « 9-12 » is no span"),
        ("hours:\n  lundi: [09:00-12:00, 11:00-13:00]\n", "2: hours.lundi: two spans overlap"),
        ("hours:\n  monday: []\n", "2: hours.monday: unknown key"),
        ("closed:\n  - day: 24/12/2026\n", "2: closed[1].day: « 24/12/2026 » is no date"),
        ("closed:\n  - day: 2026-12-24\n    until: 2026-12-20\n", "3: closed[1].until: must come after"),
        ("open:\n  - day: 2026-12-24\n", "2: open[1].hours: missing"),
        ("holidays-of: Bretagne\n", "1: holidays-of: no « Bretagne »"),
        ("queue: la file\n", "1: queue: « la file » is no queue"),
        ("queues: x\n", "1: queues: unknown key"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, problem: str) -> None:
    """File, line, key and remedy; nothing that is wrong reaches a call."""
    assert read(tmp_path, text)[1][0].startswith(problem)


def test_a_day_says_why_it_is_closed() -> None:
    """A holiday by its name, an exception by its reason; opening wins over both."""
    made = DeskChanges(
        closed=(Closure(EVE, date(2026, 12, 26), "Congés"),),
        open=(Opening(date(2026, 12, 26), ("10:00-11:00",)),),
    )
    hours = OpeningHours.from_settings(made.over(TOML), made.reasons)
    found = [(hours.day(date(2026, 12, n)).why, hours.day(date(2026, 12, n)).name) for n in (24, 25, 26, 28)]
    assert found == [(Why.CLOSED, "Congés"), (Why.CLOSED, "Congés"), (Why.OPENED, ""), (Why.WEEK, "")]
    new_year = hours.day(date(2027, 1, 1))
    assert (new_year.why, new_year.name) == (Why.HOLIDAY, "Jour de l'an")


def test_a_publication_reaches_the_desk_at_once() -> None:
    """No restart: the next question about the desk is answered from the new edition."""
    edition = [UNCHANGED]
    book = DeskBook(TOML, lambda: edition[-1])
    monday = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Paris"))
    assert book.hours().is_open(monday)
    edition.append(DeskChanges(hours={"mardi": ("09:00-12:00",)}, queue="autre"))
    assert not book.hours().is_open(monday)
    assert book.settings().queue == "autre"
    assert book.hours().next_opening(monday.astimezone(UTC)) is not None
