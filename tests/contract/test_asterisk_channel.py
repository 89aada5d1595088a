"""What a call may rely on from its channel, tried on the Asterisk channel over our own Asterisk's end."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from structlog.testing import capture_logs

from ivr.config import CallSettings
from ivr.dialogue.actions import LeaveMessage, Listen, Transfer
from ivr.dialogue.events import (
    CallerHungUp,
    KeyPressed,
    PromptCut,
    PromptFailed,
    PromptFinished,
    RecognitionFailed,
    SpeechStarted,
)
from ivr.simulator.peers.agi_peer import AgiPeer
from ivr.telephony import channel
from ivr.telephony.channel import CallLost
from tests.switchboard import SPEED, TONE, Switchboard, placed, say
from tests.telephony_fakes import until

pytestmark = pytest.mark.contract


async def test_a_prompt_is_heard_whole_and_then_reported() -> None:
    """Every sample reaches the caller in order; PromptFinished carries the turn."""
    async with placed() as call:
        await call.channel.say(say(7, "33333"))
        assert await call.event() == PromptFinished(7)
        await until(lambda: TONE * 4000 in call.heard)
        assert call.ear.expected == [(7, True)]
        assert call.ear.played == TONE * 4000


async def test_an_uninterruptible_prompt_closes_the_ear() -> None:
    """The legal notice cannot be barged into."""
    async with placed() as call:
        await call.channel.say(say(1, interruptible=False))
        assert call.ear.expected == [None]
        assert await call.event() == PromptFinished(1)


async def test_an_empty_prompt_is_reported_too() -> None:
    """A dialogue never waits for nothing."""
    async with placed() as call:
        await call.channel.say(say(1, ""))
        assert await call.event() == PromptFinished(1)


async def test_a_cut_prompt_is_silent_and_reported_as_cut() -> None:
    """After StopPrompt at most the fading frame is heard; how much was heard is reported, no end is."""
    async with placed() as call:
        await call.channel.say(say(1, "3" * 50))
        await until(lambda: TONE in call.heard)
        await call.channel.stop_prompt()
        assert await call.event() == PromptCut(1, heard=0)
        await asyncio.sleep(0.1)
        before = len(call.heard)
        await until(lambda: len(call.heard) > before + 3200)
        assert not any(call.heard[before:])
        assert call.channel.events.empty()


async def test_a_cut_before_the_voice_is_ready_says_nothing() -> None:
    """A prompt still being rendered is forgotten."""
    async with Switchboard().running() as board:
        board.voice.slow = 0.05
        call = await board.call()
        await call.channel.say(say(1))
        await call.channel.stop_prompt()
        await asyncio.sleep(0.15)
        assert not any(call.heard)
        assert call.channel.events.empty()


async def test_a_new_prompt_replaces_the_old() -> None:
    """The old one is cut, the new one ends."""
    async with placed() as call:
        await call.channel.say(say(1, "3" * 50))
        await until(lambda: TONE in call.heard)
        await call.channel.say(say(2, "5"))
        assert await call.event() == PromptCut(1, heard=0)
        assert await call.event() == PromptFinished(2)
        await until(lambda: (5000).to_bytes(2, "little") * 800 in call.heard)


@pytest.mark.parametrize("prompt", ["missing", "bug"])
async def test_a_voice_that_fails_is_reported(prompt: str) -> None:
    """Neither an engine's error nor a bug leaves the dialogue waiting."""
    async with placed() as call:
        await call.channel.say(say(4, prompt=prompt))
        event = await call.event()
        assert isinstance(event, PromptFailed)
        assert event.turn == 4


async def test_an_ear_that_fails_leaves_the_keypad() -> None:
    """RecognitionFailed is reported, also for later turns; prompts and keys go on."""
    async with placed() as call:
        await call.channel.listen(Listen(3))
        call.ear.broken = True
        event = await call.event()
        assert isinstance(event, RecognitionFailed)
        assert event.turn == 3
        await call.channel.say(say(4))
        assert await call.event() == PromptFinished(4)
        await call.channel.listen(Listen(5))
        event = await call.event()
        assert isinstance(event, RecognitionFailed)
        assert event.turn == 5
        assert call.peer.stream is not None
        call.peer.stream.press("1")
        assert await call.event() == KeyPressed("1")


async def test_the_ear_hears_the_caller_and_speaks_for_itself() -> None:
    """Frames reach the ear unchanged; what it posts reaches the dialogue."""
    async with placed() as call:
        await call.channel.listen(Listen(2))
        assert call.ear.expected == [(2, False)]
        speech = bytes(range(1, 251)) * 64
        assert call.peer.stream is not None
        call.peer.stream.speak(speech)
        await until(lambda: speech in call.ear.heard)
        call.ear.post(SpeechStarted())
        assert await call.event() == SpeechStarted()


async def test_prompts_duck_while_the_caller_may_speak() -> None:
    """12 dB lower while the ear asks for it, full level again afterwards."""
    async with placed() as call:
        await call.channel.say(say(1, "4" * 100))
        await until(lambda: any(call.heard))
        call.ear.ducking = True
        ducked = int(4000 * 10 ** (-12 / 20)).to_bytes(2, "little")
        await until(lambda: ducked * 1600 in call.heard)
        call.ear.ducking = False
        await until(lambda: call.heard.endswith((4000).to_bytes(2, "little") * 1600))


async def test_keys_arrive_during_prompts() -> None:
    """DTMF is reported while something plays."""
    async with placed() as call:
        await call.channel.say(say(1, "3" * 50))
        assert call.peer.stream is not None
        call.peer.stream.press("0")
        assert await call.event() == KeyPressed("0")


async def test_a_flood_of_keys_is_bounded() -> None:
    """More keys than a hand can press are dropped; the hang-up after them is not."""
    async with placed() as call:
        assert call.peer.stream is not None
        for _ in range(500):
            call.peer.stream.press("9")
        await asyncio.sleep(0.1)
        call.peer.hang_up()
        await until(lambda: call.channel.events.qsize() == 33)
        events = [call.channel.events.get_nowait() for _ in range(33)]
        assert events == [KeyPressed("9")] * 32 + [CallerHungUp()]


async def test_a_caller_who_hangs_up_is_reported_once() -> None:
    """Audio, AGI and their order do not matter; nothing follows."""
    async with placed() as call:
        call.peer.hang_up()
        assert await call.event() == CallerHungUp()
        assert await call.outcome() == "hung-up"
        await call.channel.say(say(1))
        await call.channel.transfer(Transfer("support", "requested"))
        await asyncio.sleep(0.05)
        assert call.channel.events.empty()


async def test_audio_that_breaks_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer ends it while the caller is still there. What goes on breaking is given up in the end.

    Asterisk's dialplan then brings the caller to a person: IVR_RESULT stays empty.
    """
    monkeypatch.setattr(channel, "RESUMPTIONS", 1)
    async with Switchboard().running() as board:
        call = await board.call()
        first = call.peer.stream
        assert first is not None
        first.hang_up()
        await until(lambda: call.peer.stream is not first)
        await call.channel.say(say(1))
        assert await call.event() == PromptFinished(1)
        call.peer.stream.hang_up()
        assert await call.event() == CallerHungUp()
        board.release.set()
        assert await call.outcome() == ""


async def test_a_transfer_goes_to_the_queue_as_asterisk_calls_it() -> None:
    """The dialogue knows « technical »; this Asterisk may know no such queue."""
    async with Switchboard(queue_named={"technical": "accueil"}.__getitem__).running() as board:
        call = await board.call()
        await call.channel.transfer(Transfer("technical", "faq"))
        assert await call.outcome() == "queue"
        assert call.peer.variables["IVR_QUEUE"] == "accueil"


async def test_a_transfer_tells_the_dialplan_everything() -> None:
    """Queue, reason, intent and words are channel variables; the result is set last; no event follows."""
    async with placed() as call:
        words = 'je veux "quelqu\'un", svp\nHANGUP'
        await call.channel.transfer(Transfer("support", "requested", intent="horaires", words=words))
        assert await call.outcome() == "queue"
        shown = {name: value for name, value in call.peer.variables.items() if name.startswith("IVR_")}
        assert shown == {
            "IVR_QUEUE": "support",
            "IVR_REASON": "requested",
            "IVR_INTENT": "horaires",
            "IVR_WORDS": "je veux quelqu'un svp HANGUP",
            "IVR_STEPS": "",
            "IVR_LABEL": "horaires : je veux quelqu'un svp HANGUP",
            "IVR_RESULT": "queue",
        }
        assert call.peer.commands[-1] == "SET VARIABLE IVR_RESULT queue"
        assert call.peer.variables["TIMEOUT(absolute)"] == "0"
        assert call.channel.events.empty()


async def test_only_the_first_exit_counts() -> None:
    """A second exit action changes nothing."""
    async with placed() as call:
        await call.channel.leave_message(LeaveMessage("closed", "horaires"))
        await call.channel.hang_up()
        assert await call.outcome() == "voicemail"
        assert call.peer.variables["IVR_REASON"] == "closed"


async def test_hanging_up_is_done() -> None:
    """The dialplan hangs up when the result says so."""
    async with placed() as call:
        await call.channel.hang_up()
        assert await call.outcome() == "done"


async def test_closing_without_an_exit_leaves_the_caller_to_the_dialplan() -> None:
    """A handler that fails, or a server that stops, ends at a person. Closing twice does no harm."""
    async with placed() as call:
        await call.channel.aclose()
        await call.channel.aclose()
        assert await call.outcome() == ""
        assert call.ear.closed >= 1


async def test_two_calls_do_not_mix() -> None:
    """Each caller hears his own prompt and is heard by his own ear."""
    async with Switchboard().running() as board:
        first, second = await board.call(), await board.call(channel="PJSIP/caller-00000002")
        await first.channel.say(say(1, "3" * 10))
        await second.channel.say(say(1, "5" * 10))
        assert first.peer.stream is not None
        first.peer.stream.speak(b"\7\0" * 1600)
        assert await first.event() == await second.event() == PromptFinished(1)
        await until(lambda: TONE * 8000 in first.heard and b"\7\0" * 1600 in first.ear.heard)
        await until(lambda: (5000).to_bytes(2, "little") * 8000 in second.heard)
        assert not any(second.ear.heard)
        second.peer.hang_up()
        assert await second.event() == CallerHungUp()
        await first.channel.transfer(Transfer("support", "requested"))
        assert await first.outcome() == "queue"


class Pulse:
    """A lifeline that renews through the peer, until it is cut."""

    def __init__(self) -> None:
        self.connected = True
        self.frozen = False
        self.peer: AgiPeer | None = None
        self.renewed = 0
        self.reason = "AMI closed the connection"

    async def renew(self, call: str, seconds: float) -> str:
        if self.frozen:
            await asyncio.Event().wait()
        if not self.connected:
            return self.reason
        if self.peer is not None:
            assert call == self.peer.unique_id
            self.renewed += 1
            self.peer.set_variable("TIMEOUT(absolute)", str(seconds))
        return ""


async def test_the_dead_man_switch_is_renewed_while_we_live() -> None:
    """It is armed before the audio, renewed during it, and takes the caller to a person when we freeze."""
    pulse = Pulse()
    settings = CallSettings(grace=0.6)
    async with Switchboard(lifeline=pulse, settings=settings).running() as board:
        call = await board.call()
        pulse.peer = call.peer
        assert call.peer.commands[0] == "SET VARIABLE TIMEOUT(absolute) 0.6"
        await until(lambda: pulse.renewed > 3)
        pulse.frozen = True
        assert await call.outcome() == "timeout"


async def test_a_lifeline_lost_in_the_middle_does_not_end_the_call() -> None:
    """The audio is interrupted for an instant, so that AGI disarms the switch; not a sample of it is lost."""
    pulse = Pulse()
    async with Switchboard(lifeline=pulse, settings=CallSettings(grace=0.6)).running() as board:
        call = await board.call()
        pulse.peer = call.peer
        first = call.peer.stream
        assert first is not None
        pulse.connected = False
        await call.channel.say(say(1, "3" * 60))
        await until(lambda: call.peer.stream is not first)
        assert await call.event() == PromptFinished(1)
        assert 1790 <= float(call.peer.variables["TIMEOUT(absolute)"]) <= 1800
        await until(lambda: TONE * 48_000 in call.heard)
        assert call.peer.stream is not None
        call.peer.stream.press("2")
        assert await call.event() == KeyPressed("2")
        await call.channel.transfer(Transfer("support", "requested"))
        assert await call.outcome() == "queue"


async def test_a_hang_up_in_that_instant_is_noticed() -> None:
    """The caller who goes while the audio is interrupted is not waited for."""

    class Leaving(AgiPeer):
        def set_variable(self, name: str, value: str) -> None:
            super().set_variable(name, value)
            if float(value) > 1000:
                self.hang_up()

    pulse = Pulse()
    async with Switchboard(lifeline=pulse, settings=CallSettings(grace=0.4)).running() as board:
        peer = Leaving(board.front.address, speed=SPEED)
        placed = asyncio.create_task(peer.run())
        await until(lambda: len(board.channels) == 1)
        pulse.connected = False
        assert await asyncio.wait_for(board.channels[0].events.get(), 3) == CallerHungUp()
        assert await placed == "hung-up"


async def test_without_a_lifeline_the_longest_call_is_the_bound() -> None:
    """Better a call guarded late than one that is cut off while all is well; but none for ever."""
    async with placed() as call:
        assert call.peer.commands[0] == "SET VARIABLE TIMEOUT(absolute) 1800"
    async with Switchboard(settings=CallSettings(maximum_seconds=1)).running() as board:
        assert await (await board.call()).outcome() == "timeout"


async def test_a_lifeline_that_does_not_know_the_call_is_not_relied_on() -> None:
    """No rights, another Asterisk: tried before the audio begins, which is not broken; the log says why."""
    pulse = Pulse()
    pulse.reason = "Setvar: Permission denied"
    real, pulse.renew = pulse.renew, refusing(pulse)  # type: ignore[method-assign]
    assert real
    with capture_logs() as logged:
        async with Switchboard(lifeline=pulse, settings=CallSettings(grace=0.4)).running() as board:
            call = await board.call()
            first = call.peer.stream
            await asyncio.sleep(0.6)
            assert call.peer.stream is first
            assert not call.task.done()
            assert float(call.peer.variables["TIMEOUT(absolute)"]) > 1000
    (told,) = [line for line in logged if line["event"] == "call.unguarded"]
    assert told["reason"] == "Setvar: Permission denied"


def refusing(pulse: Pulse) -> Callable[[str, float], Coroutine[None, None, str]]:
    async def renew(call: str, seconds: float) -> str:
        return pulse.reason

    return renew


async def test_a_call_that_lasts_too_long_is_let_go() -> None:
    """After the longest call the switch is no longer renewed: the caller goes to a person."""
    pulse = Pulse()
    settings = CallSettings(grace=0.15, maximum_seconds=0.3)
    async with Switchboard(lifeline=pulse, settings=settings).running() as board:
        call = await board.call()
        pulse.peer = call.peer
        assert await call.outcome() == "timeout"


async def test_a_call_whose_audio_never_comes_is_lost_quickly() -> None:
    """AudioSocket refused: answer() says so at once, the dialplan goes on."""

    class Refused(AgiPeer):
        async def _audiosocket(self, arguments: str) -> int:
            return -1

    async with Switchboard().running() as board:
        peer = Refused(board.front.address, speed=SPEED)
        assert await asyncio.wait_for(peer.run(), 3) == ""
        assert isinstance(board.failures[0], CallLost)
