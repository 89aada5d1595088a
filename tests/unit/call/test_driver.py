"""One call driven over a fake channel."""

import asyncio

import pytest

from ivr.call.driver import run_call
from ivr.dialogue.actions import HangUp, Line, RefuseRecording, Transfer
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.events import CallAnswered, CallerHungUp, EffectDone, KeyPressed
from ivr.dialogue.steps import Ask, Behaviour, Do, Leave
from tests.fakes import FakeChannel, FakeEffects

pytestmark = pytest.mark.unit

QUESTION = Line("menu.1", "Votre question ?")


def one_question(patience: float = 0.01) -> Behaviour:
    yield Ask((QUESTION,), patience)
    yield Leave(Transfer("support", "requested"))


def one_effect() -> Behaviour:
    yield Do(RefuseRecording(), Line("nav.instant", "Un instant."))
    yield Leave(HangUp())


async def test_a_silent_caller_reaches_the_next_step() -> None:
    """The deadline of the dialogue wakes the call when nothing happens."""
    channel = FakeChannel()
    await run_call(channel, Dialogue(one_question()), FakeEffects())

    assert channel.log == ["answer", "say menu.1", "listen", "transfer"]
    assert channel.closed == 1


async def test_events_of_the_channel_reach_the_dialogue() -> None:
    """A key pressed long before the deadline is acted upon at once."""
    channel = FakeChannel()
    await channel.events.put(KeyPressed("0"))
    await run_call(channel, Dialogue(one_question(patience=3600)), FakeEffects())

    assert channel.log == ["answer", "say menu.1", "stop", "transfer"]


@pytest.mark.parametrize(("error", "succeeded"), [(None, True), (OSError("no route"), False)])
async def test_an_effect_reports_back(error: Exception | None, succeeded: bool) -> None:
    """An effect that raises is a failure told to the dialogue, never the end of the call."""
    channel, seen = FakeChannel(), []
    await run_call(channel, Dialogue(one_effect()), FakeEffects(error), lambda now, what: seen.append(what))

    done = [what for what in seen if isinstance(what, EffectDone)]
    assert [event.succeeded for event in done] == [succeeded]
    assert channel.log[-1] == "hang up"


async def test_every_event_and_action_is_observed() -> None:
    """The observer sees the call from its first event to its exit."""
    seen: list[object] = []
    await run_call(
        FakeChannel(), Dialogue(one_question()), FakeEffects(), lambda now, what: seen.append(what)
    )

    assert seen[0] == CallAnswered()
    assert seen[-1] == Transfer("support", "requested")


async def test_a_hang_up_ends_the_call() -> None:
    """A caller who hangs up is let go; the channel is closed once."""
    channel = FakeChannel()
    await channel.events.put(CallerHungUp())
    await run_call(channel, Dialogue(one_question(patience=3600)), FakeEffects())

    assert channel.log == ["answer", "say menu.1"]
    assert channel.closed == 1


async def test_cancellation_closes_the_channel() -> None:
    """Draining the server never leaves a channel open."""
    channel, seen = FakeChannel(), []
    call = asyncio.ensure_future(
        run_call(channel, Dialogue(one_question(3600)), FakeEffects(), lambda now, what: seen.append(what))
    )
    for _ in range(10):
        await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert channel.closed == 1
    assert seen[-1] == CallerHungUp()
