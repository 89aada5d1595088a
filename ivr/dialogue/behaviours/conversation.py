"""What one call remembers, and the reasons for leaving a behaviour in the middle.

Holds and phrases; asks nothing. Every behaviour of a call shares one ``Conversation``.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ivr.dialogue.actions import BookCallback, HandOffReason, Line, Rate
from ivr.dialogue.answers import Answer
from ivr.dialogue.ports import Caller, Desk, Disambiguation, Knowledge, Link, Offers
from ivr.dialogue.steps import Heard, Step
from ivr.dialogue.understanding import Understanding
from ivr.french.dictation import Dictation
from ivr.french.phrases import says

T = TypeVar("T")
Behaving = Generator[Step, Heard, T]
"""A part of a conversation that ends with a result."""

PAUSE_SECONDS = 0.4
"""Silence between two lines of one turn."""
FULL_HINTS = 2
"""« Dites suite pour continuer » is said in full this often per call, then in one word."""


class Leaving(Exception):
    """The caller, or the machine, wants something else than what the current behaviour is about."""


class AgentWanted(Leaving):
    """Give this call to a person."""

    def __init__(self, reason: str, queue: str = "") -> None:
        super().__init__(reason)
        self.reason = HandOffReason(reason).value
        self.queue = queue


class NewQuestion(Leaving):
    """The caller has asked something else."""

    def __init__(self, understanding: Understanding) -> None:
        super().__init__(understanding.text)
        self.understanding = understanding


class AgentOffered(Leaving):
    """We cannot help here: offer an agent with this line."""

    def __init__(self, line: Line, reason: str = "missing") -> None:
        super().__init__(line.prompt)
        self.line = line
        self.reason = reason


class SubjectNamed(Leaving):
    """The caller named a subject, not a question: this closed question narrows it down."""

    def __init__(self, question: Disambiguation) -> None:
        super().__init__(question.prompt)
        self.question = question


class OpenQuestion(Leaving):
    """Let the caller ask (again): the prompt says how."""

    def __init__(self, prompt: str) -> None:
        super().__init__(prompt)
        self.prompt = prompt


class CallbackWanted(AgentWanted):
    """Have a person call back, rather than wait for one."""

    def __init__(self) -> None:
        super().__init__("requested")


class MenuWanted(Leaving):
    """Drop what is in progress and go back to the main question: the prompt says so."""

    def __init__(self, prompt: str = "menu.retour") -> None:
        super().__init__(prompt)
        self.prompt = prompt


class LinkWanted(Leaving):
    """Send what there is about the answer just given, by this channel if one was named."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel


class CallerDone(Leaving):
    """The caller has no other question."""

    def __init__(self, prompt: str = "fin.1") -> None:
        super().__init__(prompt)
        self.prompt = prompt


class SilentLine(Leaving):
    """Nobody has answered for a long while."""


class NotUnderstood(Leaving):
    """Three attempts at one question failed."""


class EarLost(Leaving):
    """Speech cannot be recognised any more: only keys are left."""


class VoiceLost(Leaving):
    """Prompts cannot be played any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the caller is in an answer: what « l'étape deux » or « épelez » is about."""

    trail: tuple[str, ...]
    """First lines of the chunks heard, this one last."""
    ahead: tuple[str, ...]
    """First lines of the chunks that follow on « suite », as far as that is known."""
    text: str
    """What was said last."""


@dataclass(slots=True)
class Conversation:
    """One call's memory."""

    knowledge: Knowledge
    desk: Desk
    caller: Caller = field(default_factory=Caller)
    offers: Offers = field(default_factory=Offers)

    greeting: str = "accueil.1"
    """Prompt that opens the call."""

    rate: Rate = Rate.NORMAL
    answer: Answer | None = None
    """In progress or last given; kept, because a new edition of the FAQ may no longer have it."""
    question: list[str] = field(default_factory=list)
    """The caller's words since his last question, the question first."""
    said: list[str] = field(default_factory=list)
    """The same since the answer in progress was opened: what he need not be asked again."""
    steps: list[str] = field(default_factory=list)
    """Lines of the current answer that the caller has heard."""
    words: str = ""
    """The caller's last words."""
    failures: int = 0
    """Questions given up since the last one that was answered."""
    hints: int = 0
    helped: int = 0
    voice_troubles: int = 0
    ear_troubles: int = 0
    deaf: bool = False
    louder: int = 0
    """Steps by which the voice was raised (« parlez plus fort »)."""
    place: Place | None = None
    """Set while a question of the answer in progress is pending."""
    waiting: Answer | None = None
    """The answer that waits for the end of a side question."""
    told_hours: bool = False
    """The caller asked when people answer: « et à Noël ? » is about that."""
    angers: int = 0
    stuck: int = 0
    """How often the caller was angry, or not helped by what we said."""
    refused_agent: bool = False
    refused_recording: bool = False
    near_misses: int = 0
    denials: int = 0
    warned_of_passwords: bool = False
    dictation: Dictation = field(default_factory=Dictation)
    """Digits of the number that is being taken down; kept through any detour."""
    booking: BookCallback | None = None
    """A callback agreed to, its number confirmed, that is not booked yet."""
    channel: str = ""
    """How the caller wants a link to be sent, once he has said so."""
    promise: str = ""
    """What is still to come after the call: ``callback``, ``link`` or nothing."""
    _outbox: list[Line] = field(default_factory=list)

    def line(self, prompt: str, /, **values: str) -> Line:
        """Return a shared prompt."""
        return self.knowledge.line(prompt, **values)

    def tell(self, *lines: Line | str) -> None:
        """Have *lines* (or prompts by name) said before whatever is asked next."""
        self._outbox += [self.line(line) if isinstance(line, str) else line for line in lines]

    def tells(self, prompt: str) -> bool:
        """Return whether a prompt whose id begins with *prompt* waits to be said."""
        return any(line.prompt.startswith(prompt) for line in self._outbox)

    def turn(self, *lines: Line) -> tuple[Line, ...]:
        """Return all that waits to be said, then *lines*, with pauses in between."""
        said = (*self._outbox, *lines)
        self._outbox.clear()
        return said[:1] + tuple(replace(line, pause=PAUSE_SECONDS) for line in said[1:])

    def open(self, intent: str) -> Answer:
        """Make *intent* the answer in progress."""
        answer = self.knowledge.answer(intent)
        self.failures = 0
        self.resume(answer, list(self.question), [])
        return answer

    def resume(self, answer: Answer, said: list[str], steps: list[str]) -> None:
        """Make *answer* the one in progress again, with what was said and heard of it."""
        self.answer, self.said, self.steps = answer, said, steps

    def hear(self, text: str) -> None:
        """Remember the caller's words."""
        self.words = text
        self.said.append(text)
        self.question.append(text)

    def forget(self) -> None:
        """Forget the caller's last words: nobody shall be told them."""
        self.words = self.said[-1] = self.question[-1] = ""

    def has_said(self, phrases: Sequence[str]) -> bool:
        """Return whether the caller said one of *phrases* since the answer in progress was opened."""
        return any(says(text, phrases) for text in self.said)

    @property
    def is_private(self) -> bool:
        """Whether the caller may be about to say a password."""
        return self.answer is not None and self.answer.password_guard

    def hint(self) -> Line:
        """Return the invitation to go on, shorter once it is known."""
        self.hints += 1
        return self.line("nav.suite.1" if self.hints <= FULL_HINTS else "nav.suite.2")

    def link(self, key: str | None) -> Link | None:
        """Return the document *key* if it has an address."""
        return self.knowledge.link(key) if key else None

    @property
    def intent(self) -> str | None:
        """Intent of the answer in progress or last given."""
        return self.answer.intent if self.answer else None

    @property
    def queue(self) -> str:
        """Queue of the people who know about it."""
        return self.answer.queue if self.answer else "support"
