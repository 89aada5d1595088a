"""What a behaviour asks of turn-taking, and what it gets back.

Values only: behaviours yield steps, ``dialogue.py`` turns them into actions and events into replies.
"""

import enum
from collections.abc import Generator
from dataclasses import dataclass, field

from ivr.dialogue.actions import Effect, Exit, Expecting, Line, Rate
from ivr.dialogue.events import Hypothesis


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak, then wait for the caller; the reply is a :data:`Heard`."""

    lines: tuple[Line, ...] = ()
    """Nothing: keep listening in silence."""
    patience: float = 6.0
    """Seconds of silence before ``Silence``."""
    expecting: Expecting = field(default_factory=Expecting)
    rate: Rate = Rate.NORMAL
    by_ear: bool = True
    """Whether speech counts too; False when recognition is gone: keys only."""
    louder: int = 0
    """Steps by which the voice is raised: see :class:`~ivr.dialogue.actions.Say`."""


@dataclass(frozen=True, slots=True)
class Do:
    """Have something done outside the conversation; the reply is ``Done``, or ``Key`` for « conseiller »."""

    effect: Effect
    meanwhile: Line
    """Said when it takes longer than a caller likes to hear nothing."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Speak to the end, then leave the conversation for good. There is no reply."""

    exit: Exit
    lines: tuple[Line, ...] = ()
    rate: Rate = Rate.NORMAL
    louder: int = 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """The caller said something with words in it."""

    hypotheses: tuple[Hypothesis, ...]
    closed: Hypothesis | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """The caller pressed a key."""

    key: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller said nothing for the patience of the step."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked with ``Do`` has ended."""

    succeeded: bool
    detail: str = ""


class Trouble(enum.Enum):
    """The machine failed, not the caller."""

    VOICE = "voice"
    """The prompt could not be played."""
    EAR = "ear"
    """Nothing can be recognised."""


class CallerGone(Exception):
    """Thrown into the behaviour: the caller has hung up; one last ``Do`` may still keep a promise."""


class TakenOver(Exception):
    """Thrown into the behaviour: a supervisor gives this call to an agent."""

    def __init__(self, queue: str) -> None:
        super().__init__(queue)
        self.queue = queue


Step = Ask | Do | Leave
Heard = Spoken | Key | Silence | Done | Trouble
Behaviour = Generator[Step, Heard, None]
