"""One call, from answer to hang-up: the only place where the dialogue meets input and output.

Drives; decides nothing. Events come from the channel, actions go to it, in order.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from ivr.dialogue.actions import (
    Action,
    BookCallback,
    Effect,
    HangUp,
    LeaveMessage,
    Listen,
    Perform,
    RefuseRecording,
    Say,
    SendLink,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.dialogue import Dialogue, State
from ivr.dialogue.events import CallAnswered, CallerHungUp, DeadlineReached, EffectDone, Event
from ivr.dialogue.understanding import Understanding

log = structlog.get_logger()


class Channel(Protocol):
    """What a call needs from the telephony side. Posts what happens to *events*."""

    events: asyncio.Queue[Event]

    async def answer(self) -> None:
        """Take the call and bring the audio up."""

    async def say(self, say: Say) -> None:
        """Start playing; report ``PromptFinished`` or ``PromptFailed`` through *events*."""

    async def stop_prompt(self) -> None:
        """Be silent at once."""

    async def listen(self, listen: Listen) -> None:
        """Open the ear; report ``Utterance`` or ``RecognitionFailed`` through *events*."""

    async def transfer(self, transfer: Transfer) -> None:
        """Hand the caller off; from here on Asterisk owns him."""

    async def leave_message(self, leave: LeaveMessage) -> None:
        """Give the caller to voicemail."""

    async def hang_up(self) -> None:
        """End the call."""

    async def aclose(self) -> None:
        """Free everything; idempotent. A call not yet exited is handed off by the dialplan."""


class Effects(Protocol):
    """What can be done outside the conversation."""

    async def perform(self, effect: SendLink | BookCallback | RefuseRecording) -> tuple[bool, str]:
        """Do it; return whether it worked and a word of detail."""


Observed = Event | Action | Understanding
"""What can be known of a call while it goes on."""

Observer = Callable[[float, Observed], None]
"""Told of everything observed, with its loop time; must not block or raise."""


def unobserved(now: float, what: Observed) -> None:
    """The observer of a call nobody records."""


async def run_call(
    channel: Channel, dialogue: Dialogue, effects: Effects, observe: Observer = unobserved
) -> None:
    """Drive *dialogue* over *channel* until one of them ends the call."""
    clock = asyncio.get_running_loop().time
    event: Event = CallAnswered()
    try:
        async with asyncio.TaskGroup() as group:
            await channel.answer()
            while dialogue.state is not State.ENDED:
                now = clock()
                observe(now, event)
                for action in dialogue.handle(event, now):
                    observe(clock(), action)
                    await _perform(action, channel, effects, group)
                event = await _next_event(channel, dialogue)
    finally:
        if dialogue.state is not State.ENDED:
            dialogue.handle(CallerHungUp(), clock())
            observe(clock(), CallerHungUp())
        await channel.aclose()


async def _next_event(channel: Channel, dialogue: Dialogue) -> Event:
    if dialogue.state is State.ENDED:
        return CallerHungUp()
    try:
        async with asyncio.timeout_at(dialogue.deadline):
            return await channel.events.get()
    except TimeoutError:
        return DeadlineReached()


async def _perform(action: Action, channel: Channel, effects: Effects, group: asyncio.TaskGroup) -> None:
    match action:
        case Say():
            await channel.say(action)
        case StopPrompt():
            await channel.stop_prompt()
        case Listen():
            await channel.listen(action)
        case Perform(turn, effect):
            group.create_task(_run_effect(turn, effect, channel, effects))
        case Transfer():
            await channel.transfer(action)
        case LeaveMessage():
            await channel.leave_message(action)
        case HangUp():
            await channel.hang_up()


async def _run_effect(turn: int, effect: Effect, channel: Channel, effects: Effects) -> None:
    try:
        succeeded, detail = await effects.perform(effect)
    except Exception as error:  # task boundary: the caller is told that it failed, the call goes on
        log.exception("effect.failed", effect=type(effect).__name__)
        succeeded, detail = False, str(error)
    await channel.events.put(EffectDone(turn, succeeded, detail))


__all__ = ["Channel", "Effects", "Observed", "Observer", "run_call", "unobserved"]
