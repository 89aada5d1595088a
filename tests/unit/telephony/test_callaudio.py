"""What one caller hears and what is heard of him, tick by tick."""

import asyncio

import pytest

from ivr.dialogue.actions import Expecting, Line, Listen, Say
from ivr.dialogue.events import Event, PromptCut, PromptFinished, RecognitionFailed
from ivr.telephony.callaudio import CallAudio
from ivr.telephony.overhearing import WAITING
from tests.telephony_fakes import ScriptedEar, ToneVoice

pytestmark = pytest.mark.unit

TONE = (1000).to_bytes(2, "little") * 160


class Desk:
    """The audio of a call, its ear and its events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ears: list[ScriptedEar] = []
        self.audio = CallAudio(ToneVoice(), self._ear, self.events.append, lambda: None)

    def _ear(self, post: object) -> ScriptedEar:
        assert callable(post)
        self.ears.append(ScriptedEar(post))
        return self.ears[0]

    async def say(self, turn: int, text: str) -> None:
        """Say and wait until it is rendered."""
        self.audio.say(Say(turn, (Line("test", text),)))
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_prompt_rendered_but_not_begun_can_be_cut() -> None:
    """Stopped between rendering and the next tick, it is neither heard nor reported."""
    desk = Desk()
    await desk.say(1, "3")
    desk.audio.stop()
    assert desk.audio.next_frame() is None
    assert desk.events == []
    await desk.audio.aclose()


async def test_a_new_prompt_waits_for_the_fade_of_the_old() -> None:
    """The old one fades within its frame, then the new one begins: no click, no overlap."""
    desk = Desk()
    await desk.say(1, "3")
    full = desk.audio.next_frame()
    await desk.say(2, "5")
    fade, new = desk.audio.next_frame(), desk.audio.next_frame()
    assert full == (3000).to_bytes(2, "little") * 160
    assert fade is not None
    assert fade.endswith(bytes(160))
    assert new == (5000).to_bytes(2, "little") * 160
    while desk.audio.next_frame():
        pass
    assert desk.events == [PromptCut(1, heard=0), PromptFinished(2)]
    await desk.audio.aclose()


async def test_a_broken_ear_is_asked_nothing_more() -> None:
    """One report for the turn it broke in, one for each later turn, and no call into it."""
    desk = Desk()
    desk.audio.listen(Listen(1))
    desk.ears[0].broken = True
    desk.audio.hear(b"", None)
    desk.audio.hear(b"", None)
    desk.audio.listen(Listen(2))
    assert [event.turn for event in desk.events if isinstance(event, RecognitionFailed)] == [1, 2]
    assert desk.ears[0].expected == [(1, False)]
    await desk.audio.aclose()
    assert desk.ears[0].closed == 1


async def test_a_listener_hears_both_until_the_end() -> None:
    """The caller and the line together; the ear hears the same; the call's end is the listening's."""
    desk = Desk()
    await desk.say(1, "3")
    with desk.audio.overheard() as frames:
        desk.audio.hear(TONE, desk.audio.next_frame())
        desk.audio.hear(None, None)
        await desk.audio.aclose()
        heard = [frame async for frame in frames]
    assert heard == [(4000).to_bytes(2, "little") * 160, bytes(320)]
    assert desk.ears[0].heard == TONE


async def test_a_secret_is_not_overheard() -> None:
    """Where a password or a number may be said, the caller is silent for whoever listens; not for the ear."""
    desk = Desk()
    with desk.audio.overheard() as frames:
        for private in (True, False):
            desk.audio.listen(Listen(1, Expecting(private=private)))
            desk.audio.hear(TONE, None)
        await desk.audio.aclose()
        assert [frame async for frame in frames] == [bytes(320), TONE]
    assert desk.ears[0].heard == TONE * 2


async def test_a_listener_who_does_not_listen_holds_nothing_up() -> None:
    """Frames he does not take are dropped, and the call is not made to wait; the end reaches him."""
    desk = Desk()
    with desk.audio.overheard() as frames:
        for _ in range(WAITING + 50):
            desk.audio.hear(TONE, None)
        await desk.audio.aclose()
        assert len([frame async for frame in frames]) == WAITING - 1
    assert len(desk.ears[0].heard) == len(TONE) * (WAITING + 50)
