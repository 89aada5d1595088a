"""Turn-taking: one table of states and events. Who speaks, who listens, until when.

Knows nothing of questions and answers: it drives a behaviour, whose steps it turns into actions. No I/O, no
clock: events and ``now`` come in, actions go out, and ``deadline`` says when to call again at the latest.
"""

import enum
from collections import deque
from collections.abc import Callable
from typing import Any

from ivr.dialogue import events
from ivr.dialogue.actions import (
    Action,
    Expecting,
    HangUp,
    Line,
    Listen,
    Perform,
    Say,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.prompt_segments import PROTECTED, by_protection, overdue_after
from ivr.dialogue.steps import (
    Ask,
    Behaviour,
    CallerGone,
    Do,
    Done,
    Heard,
    Key,
    Leave,
    Silence,
    Spoken,
    TakenOver,
    Trouble,
)

LONGEST_UTTERANCE_SECONDS = 25.0
"""The ear ends utterances itself, earlier; past this it is stuck."""
AFTER_COUGH_SECONDS = 2.0
"""A wordless sound prolongs the caller's patience by no more than this: noise is not an answer."""
INSTANT_SECONDS = 1.5
"""An effect that takes longer is covered by « un instant »."""
EFFECT_SECONDS = 15.0
"""An effect that takes longer has failed."""
AGENT_KEY = "0"


class State(enum.Enum):
    """Where a call stands; each has a row in ``TRANSITIONS``."""

    RINGING = "not answered yet"
    SPEAKING = "a prompt is playing"
    LISTENING = "the caller may speak"
    HEARING = "the caller is speaking"
    WORKING = "something is being done for the caller"
    CLOSING = "the last prompt is playing, the exit follows"
    ENDED = "nothing more will be said"


class IllegalEvent(Exception):
    """The event makes no sense in the current state: a bug in an adapter."""


class Dialogue:
    """One call's turn-taking.

    Feed :meth:`handle` with events, perform the returned actions in order, and send ``DeadlineReached`` when
    :attr:`deadline` passes. From the answer to the end of the call there always is a deadline.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self.state = State.RINGING
        self.deadline: float | None = None
        self._behaviour = behaviour
        self._step: Ask | Do | Leave = Leave(HangUp())
        self._turn = 0
        self._parts: deque[tuple[Line, ...]] = deque()
        self._playing = False
        self._interruptible = False
        self._cut = False
        self._covered = False
        self._deaf = False
        self._coughs = 0
        self._patience_ends = 0.0

    def handle(self, event: events.Event, now: float) -> list[Action]:
        """Return what to do about *event*.

        Raises:
            IllegalEvent: The transition table has no entry for this event.
        """
        if isinstance(event, NUMBERED) and event.turn not in (self._turn, None):
            return []  # a prompt, an ear or an effect that we already gave up reports late
        try:
            transition = TRANSITIONS[self.state][type(event)]
        except KeyError:
            raise IllegalEvent(f"{type(event).__name__} while {self.state.name}") from None
        return transition(self, event, now)

    # Transitions, in the order of a call.

    def _answered(self, event: events.CallAnswered, now: float) -> list[Action]:
        """Begin the conversation."""
        return self._take(next(self._behaviour, Leave(HangUp())), now)

    def _prompt_finished(self, event: events.PromptFinished, now: float) -> list[Action]:
        """Play what is left of the turn, then listen; after the last words, leave."""
        self._playing = False
        self._turn += 1 if self._parts else 0
        return self._speak(now)

    def _prompt_failed(self, event: events.PromptFailed, now: float) -> list[Action]:
        """Tell the behaviour; an exit does not wait for its words."""
        self._playing = False
        return self._leave() if isinstance(self._step, Leave) else self._advance(Trouble.VOICE, now)

    def _prompt_overdue(self, event: events.DeadlineReached, now: float) -> list[Action]:
        """Treat a prompt whose end is never reported as failed."""
        return [*self._hush(), *self._prompt_failed(events.PromptFailed(self._turn, "overdue"), now)]

    def _barge_in(self, event: events.SpeechStarted, now: float) -> list[Action]:
        """Cut the prompt and listen, unless it is protected."""
        if not self._interruptible:
            return []
        self._cut = True
        self._parts.clear()
        return [*self._hush(), *self._open_ear(), *self._hear(event, now)]

    def _hear(self, event: events.SpeechStarted, now: float) -> list[Action]:
        """Wait for the end of what the caller says."""
        self.state = State.HEARING
        self.deadline = now + LONGEST_UTTERANCE_SECONDS
        return []

    def _utterance(self, event: events.Utterance, now: float) -> list[Action]:
        """Tell the behaviour what was said."""
        if not event.text and event.closed is None:
            return self._cough(now)
        return self._advance(Spoken(event.hypotheses, event.closed), now)

    def _cough(self, now: float) -> list[Action]:
        """A sound without words is nobody's turn: say again what it cut, else go on listening."""
        assert isinstance(self._step, Ask)
        self._coughs += 1
        if self._cut and self._coughs == 1:
            return self._begin(self._step, now)
        self.state = State.LISTENING
        self.deadline = max(self._patience_ends, now + AFTER_COUGH_SECONDS / self._coughs)
        return self._open_ear()

    def _silence(self, event: events.DeadlineReached, now: float) -> list[Action]:
        """Tell the behaviour that nothing was said."""
        return self._advance(Silence(), now)

    def _ear_failed(self, event: events.RecognitionFailed, now: float) -> list[Action]:
        """Tell the behaviour that nothing can be recognised."""
        return self._advance(Trouble.EAR, now)

    def _ear_failed_early(self, event: events.RecognitionFailed, now: float) -> list[Action]:
        """Let the prompt end, then tell the behaviour."""
        self._deaf = True
        return []

    def _key(self, event: events.KeyPressed, now: float) -> list[Action]:
        """Cut the prompt and tell the behaviour which key."""
        return [*self._hush(), *self._advance(Key(event.key), now)]

    def _key_at_work(self, event: events.KeyPressed, now: float) -> list[Action]:
        """Let the caller out to an agent; other keys wait."""
        return self._key(event, now) if event.key == AGENT_KEY else []

    def _done(self, event: events.EffectDone, now: float) -> list[Action]:
        """Tell the behaviour how the effect ended."""
        return [*self._hush(), *self._advance(Done(event.succeeded, event.detail), now)]

    def _effect_is_slow(self, event: events.DeadlineReached, now: float) -> list[Action]:
        """Say « un instant »; the second time, give the effect up."""
        assert isinstance(self._step, Do)
        if self._covered:
            return [*self._hush(), *self._advance(Done(False, "timed out"), now)]
        self._covered = self._playing = True
        self.deadline = now + EFFECT_SECONDS
        return [Say(self._turn, (self._step.meanwhile,), interruptible=False)]

    def _instant_finished(
        self, event: events.PromptFinished | events.PromptFailed, now: float
    ) -> list[Action]:
        """Go on waiting for the effect."""
        self._playing = False
        return []

    def _taken_over(self, event: events.HandOffRequested, now: float) -> list[Action]:
        """Throw the supervisor's wish into the behaviour."""
        try:
            step = self._behaviour.throw(TakenOver(event.queue))
        except (StopIteration, TakenOver):
            step = Leave(Transfer(event.queue, "supervisor"))
        return [*self._hush(), *self._take(step, now)]

    def _hung_up(self, event: events.CallerHungUp, now: float) -> list[Action]:
        """End the call; a callback that was agreed to is still booked."""
        last = self._last_effect()
        self._end()
        return last

    def _last_effect(self) -> list[Action]:
        try:
            step = self._behaviour.throw(CallerGone())
        except (StopIteration, CallerGone):
            return []
        self._turn += 1
        return [Perform(self._turn, step.effect)] if isinstance(step, Do) else []

    def _ignore(self, event: events.Event, now: float) -> list[Action]:
        """Do nothing."""
        return []

    # What a step becomes.

    def _advance(self, heard: Heard, now: float) -> list[Action]:
        try:
            step = self._behaviour.send(heard)
        except StopIteration:
            step = Leave(HangUp())
        return self._take(step, now)

    def _take(self, step: Ask | Do | Leave, now: float) -> list[Action]:
        self._step = step
        self._coughs = 0
        if isinstance(step, Do):
            self._turn += 1
            self._covered = False
            self.state, self.deadline = State.WORKING, now + INSTANT_SECONDS
            return [Perform(self._turn, step.effect)]
        return self._begin(step, now)

    def _begin(self, step: Ask | Leave, now: float) -> list[Action]:
        self._turn += 1
        self._cut = self._deaf = False
        self._parts = deque(by_protection(step.lines))
        return self._speak(now)

    def _speak(self, now: float) -> list[Action]:
        """Play the next part of the step, or do what follows its last one."""
        step = self._step
        assert not isinstance(step, Do)
        if not self._parts:
            return self._leave() if isinstance(step, Leave) else self._listen(step, now)
        lines = self._parts.popleft()
        self.state = State.SPEAKING if isinstance(step, Ask) else State.CLOSING
        self.deadline = now + overdue_after(lines, step.rate)
        self._playing = True
        self._interruptible = isinstance(step, Ask) and step.by_ear and lines[0].prompt not in PROTECTED
        expecting = step.expecting if isinstance(step, Ask) else Expecting(open=False)
        return [Say(self._turn, lines, self._interruptible, step.rate, expecting, step.louder)]

    def _listen(self, step: Ask, now: float) -> list[Action]:
        if self._deaf:
            return self._advance(Trouble.EAR, now)
        self.state = State.LISTENING
        self.deadline = self._patience_ends = now + step.patience
        return self._open_ear()

    def _open_ear(self) -> list[Action]:
        assert isinstance(self._step, Ask)
        return [Listen(self._turn, self._step.expecting)] if self._step.by_ear else []

    def _hush(self) -> list[Action]:
        was_playing, self._playing = self._playing, False
        return [StopPrompt()] if was_playing else []

    def _leave(self) -> list[Action]:
        assert isinstance(self._step, Leave)
        self._end()
        return [self._step.exit]

    def _end(self) -> None:
        self.state, self.deadline = State.ENDED, None
        self._behaviour.close()


NUMBERED = (
    events.SpeechStarted,
    events.PromptFinished,
    events.PromptCut,
    events.PromptFailed,
    events.Utterance,
    events.RecognitionFailed,
    events.EffectDone,
)
"""Events that bring back the turn number of the action they report on."""

Transition = Callable[[Dialogue, Any, float], list[Action]]
"""``Any``: each entry of the table pairs a method with the one event type it takes."""

ALWAYS: dict[type, Transition] = {
    **dict.fromkeys(NUMBERED, Dialogue._ignore),
    events.KeyPressed: Dialogue._ignore,
    events.DeadlineReached: Dialogue._ignore,
    events.HandOffRequested: Dialogue._ignore,
    events.CallerHungUp: Dialogue._hung_up,
}
"""What every state does unless its row says otherwise: adapters race, and callers hang up at any time."""

OPEN: dict[type, Transition] = ALWAYS | {
    events.KeyPressed: Dialogue._key,
    events.HandOffRequested: Dialogue._taken_over,
}
"""What every state does in which the caller, or a supervisor, may act."""

TRANSITIONS: dict[State, dict[type, Transition]] = {
    State.RINGING: ALWAYS | {events.CallAnswered: Dialogue._answered},
    State.SPEAKING: OPEN
    | {
        events.PromptFinished: Dialogue._prompt_finished,
        events.PromptFailed: Dialogue._prompt_failed,
        events.DeadlineReached: Dialogue._prompt_overdue,
        events.SpeechStarted: Dialogue._barge_in,
        events.RecognitionFailed: Dialogue._ear_failed_early,
    },
    State.LISTENING: OPEN
    | {
        events.SpeechStarted: Dialogue._hear,
        events.Utterance: Dialogue._utterance,
        events.DeadlineReached: Dialogue._silence,
        events.RecognitionFailed: Dialogue._ear_failed,
    },
    State.HEARING: OPEN
    | {
        events.Utterance: Dialogue._utterance,
        events.DeadlineReached: Dialogue._silence,
        events.RecognitionFailed: Dialogue._ear_failed,
    },
    State.WORKING: OPEN
    | {
        events.EffectDone: Dialogue._done,
        events.DeadlineReached: Dialogue._effect_is_slow,
        events.PromptFinished: Dialogue._instant_finished,
        events.PromptFailed: Dialogue._instant_finished,
        events.KeyPressed: Dialogue._key_at_work,
    },
    State.CLOSING: ALWAYS
    | {
        events.PromptFinished: Dialogue._prompt_finished,
        events.PromptFailed: Dialogue._prompt_failed,
        events.DeadlineReached: Dialogue._prompt_overdue,
    },
    State.ENDED: ALWAYS | {events.CallerHungUp: Dialogue._ignore},
}
