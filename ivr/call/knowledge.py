"""What one call knows: always the edition published last; every understanding is reported to an observer.

Builds and delegates; a supervisor's publication reaches the next turn of every running call.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TypeVar

from ivr.config import Settings
from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context, Disambiguation, Knowledge, Link
from ivr.dialogue.understanding import Outcome, Understanding
from ivr.knowledge import comparison
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher
from ivr.knowledge.published import Content, Publisher

Found = TypeVar("Found")

DECISIVE = 0.95
"""Probability from which a question is answered after a short silence."""


def open_publisher(settings: Settings, *, late: bool = False) -> Publisher:
    """Read ``prompts/`` and learn its phrasings, or leave the learning for the first question (*late*).

    Raises ConfigurationError; learning takes seconds the first time.
    """

    def matcher(content: Content) -> Matcher | LateMatcher:
        learn = partial(comparison.matcher, settings.prompts, MatcherFactory.of(settings.faq))
        return LateMatcher(learn) if late else learn()

    return Publisher(settings.prompts, settings.links, matcher)


def decisive(edition: Callable[[], Knowledge]) -> Callable[[str], bool]:
    """Return whether words are enough to answer from *edition*, so that the caller need not wait."""

    def decides(partial: str) -> bool:
        understood = edition().understand((Hypothesis(partial),), None, Context())
        sure = bool(understood.intents) and understood.intents[0].score >= DECISIVE
        return understood.outcome is Outcome.COMMAND or (understood.outcome is Outcome.ANSWER and sure)

    return decides


class LateMatcher:
    """Learns when it is first asked: a conversation that says what its caller means never needs it."""

    def __init__(self, learn: Callable[[], Matcher]) -> None:
        self._learn = cache(learn)

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        """Decide what the caller means."""
        return self._learn().understand(hypotheses, closed, context)


class LiveKnowledge:
    """Satisfies the dialogue's ``Knowledge`` with whatever *edition* returns now.

    What the caller was offered and a publication has removed meanwhile is still there for him.
    """

    def __init__(
        self, edition: Callable[[], Knowledge], witness: Callable[[Understanding], None] = lambda _: None
    ) -> None:
        self._edition, self._witness = edition, witness
        self._begun_with = edition()

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        """Decide what the caller means, and tell the witness."""
        understanding = self._edition().understand(hypotheses, closed, context)
        self._witness(understanding)
        return understanding

    def answer(self, intent: str) -> Answer:
        """Return the answer of *intent*. Raises KeyError."""
        return self._find(lambda edition: edition.answer(intent))

    def intents(self) -> Sequence[str]:
        """Every intent, in the order of the FAQ."""
        return self._edition().intents()

    def line(self, prompt: str, /, **values: str) -> Line:
        """Return a shared prompt with its values filled in. Raises KeyError."""
        return self._find(lambda edition: edition.line(prompt, **values))

    def disambiguation(self, intents: Sequence[str]) -> Disambiguation | None:
        """Return the written question that tells these intents apart, if there is one."""
        return self._edition().disambiguation(intents)

    def choice(self, prompt: str, /) -> Disambiguation:
        """Return the closed question *prompt*. Raises KeyError."""
        return self._find(lambda edition: edition.choice(prompt))

    def family(self, text: str) -> Disambiguation | None:
        """Return the question that narrows a one-word subject, if any."""
        return self._edition().family(text)

    def link(self, key: str) -> Link | None:
        """Return the document *key*; None without an address."""
        return self._edition().link(key)

    def gloss(self, text: str) -> Line | None:
        """Return the explanation that *text* asks for, if it does."""
        return self._edition().gloss(text)

    def incidents(self) -> Sequence[Line]:
        """Return what every new caller is to hear first now."""
        return self._edition().incidents()

    def _find(self, what: Callable[[Knowledge], Found]) -> Found:
        try:
            return what(self._edition())
        except KeyError:
            return what(self._begun_with)
