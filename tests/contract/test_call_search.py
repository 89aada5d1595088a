"""Calls are found by hour, duration and words, and one leads to the next, on both databases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.dialogue.actions import HangUp, Line, Listen, Say
from ivr.dialogue.events import Hypothesis, PromptFinished, Utterance
from ivr.dialogue.understanding import Outcome, Reject, Understanding
from ivr.store.assembly import CallFacts, Observed
from ivr.store.database import Database
from ivr.store.queries import CallFilter, beside, find_calls, first_said, read_call
from ivr.store.writing import write
from tests.sample_calls import records_of

pytestmark = pytest.mark.contract

PARIS = ZoneInfo("Europe/Paris")
EIGHT = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
"""8.30 in Paris."""


def mumbling(seconds: float, *texts: str) -> list[tuple[float, Observed]]:
    """A call in which the caller says *texts*, understood by nobody, and hangs up."""
    observed: list[tuple[float, Observed]] = []
    for turn, text in enumerate(texts):
        observed += [
            (turn, Say(turn, (Line("menu.1", "Votre question ?"),))),
            (turn + 0.1, PromptFinished(turn)),
            (turn + 0.1, Listen(turn)),
            (turn + 0.5, Utterance(turn, (Hypothesis(text, 0.9),), seconds=0.4)),
            (turn + 0.51, Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)),
        ]
    return [*observed, (seconds, HangUp())]


@pytest.fixture
async def three(database: Database) -> Database:
    """A short call at 8.30, a long one at 12.30, and one at 18.30, Paris time."""
    calls = {
        "early": (0, mumbling(20, "allô c'est moi", "ma facture de mars")),
        "noon": (4, mumbling(200, "la musique d'attente")),
        "late": (10, mumbling(90, "bonjour", "Ma FACTURE d'été")),
    }
    for name, (hours, observed) in calls.items():
        facts = CallFacts(name, "here", "x")
        await write(database, records_of(facts, observed, EIGHT + timedelta(hours=hours), PARIS))
    return database


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CallFilter(from_hour=12), ["late", "noon"]),
        (CallFilter(to_hour=12), ["early"]),
        (CallFilter(from_hour=9, to_hour=18), ["noon"]),
        (CallFilter(from_hour=8, to_hour=9), ["early"]),
        (CallFilter(shortest=90.0), ["late", "noon"]),
        (CallFilter(longest=90.0), ["early"]),
        (CallFilter(text="facture d'ete"), ["late"]),
        (CallFilter(caller="y"), []),
    ],
)
async def test_what_is_looked_for(three: Database, wanted: CallFilter, found: list[str]) -> None:
    """Hours are those of the desk's clock; the second of two bounds is not included."""
    assert [call.id for call in (await find_calls(three, wanted)).rows] == found


async def test_the_first_words_and_those_that_were_found(three: Database) -> None:
    """A list shows what was said first, or the words that it was searched for."""
    said = await first_said(three, ["early", "late", "none"])
    assert said == {"early": "allô c'est moi", "late": "bonjour"}
    assert await first_said(three, ["early", "late"], "facture") == {
        "early": "ma facture de mars",
        "late": "Ma FACTURE d'été",
    }


async def test_one_call_leads_to_the_next(three: Database) -> None:
    """Newer and older, of those looked for."""
    noon = await read_call(three, "noon")
    assert noon is not None
    assert await beside(three, CallFilter(), noon.call) == ("late", "early")
    assert await beside(three, CallFilter(from_hour=12), noon.call) == ("late", None)
    late = await read_call(three, "late")
    assert late is not None
    assert await beside(three, CallFilter(text="facture"), late.call) == (None, "early")
