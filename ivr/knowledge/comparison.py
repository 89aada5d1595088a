"""What another edition would understand otherwise: utterances put to both, differences returned.

Runs in a process of its own (learning takes a processor for many seconds); opens nothing but the two folders.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Outcome, Understanding
from ivr.knowledge.faq import load_faq
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher

KEPT = 3
"""Matchers kept: what is published, the draft, and the draft before its last change."""

_learned: dict[str, Matcher] = {}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the line would do about an utterance."""

    outcome: Outcome
    what: tuple[str, ...] = ()
    """Intents, the command, or the reason of the refusal."""

    @classmethod
    def of(cls, understanding: Understanding) -> "Meaning":
        """Return what matters of *understanding* to a caller."""
        match understanding.outcome:
            case Outcome.COMMAND:
                return cls(Outcome.COMMAND, (str(understanding.command),))
            case Outcome.REJECT:
                return cls(Outcome.REJECT, (str(understanding.reject),))
            case outcome:
                return cls(outcome, tuple(each.intent for each in understanding.intents))


@dataclass(frozen=True, slots=True)
class Difference:
    """One utterance that would be understood otherwise."""

    text: str
    before: Meaning
    after: Meaning


def fingerprint(folder: Path) -> str:
    """Return a digest of what a matcher learns from in *folder* (``prompts/``)."""
    digest = hashlib.sha256()
    for path in (*sorted((folder / "phrasings").glob("*.yaml")), folder / "synonyms.yaml"):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    faq = load_faq(folder / "faq")
    digest.update(repr([(intent, answer.follow_ups) for intent, answer in faq.answers.items()]).encode())
    return digest.hexdigest()


def prepare(folder: Path, matchers: MatcherFactory) -> None:
    """Learn what *folder* teaches and leave it in the cache, where another process finds it at once."""
    matcher(folder, matchers)


def known(folder: Path, matchers: MatcherFactory) -> Matcher | None:
    """Return what *folder* teaches, if this process has learned it. Raises ConfigurationError."""
    return _learned.get(_key(folder, matchers))


def matcher(folder: Path, matchers: MatcherFactory) -> Matcher:
    """Return what *folder* teaches, learned once per content. Raises ConfigurationError."""
    key = _key(folder, matchers)
    found = _learned.pop(key, None) or matchers.teach(folder)
    _learned[key] = found
    for old in list(_learned)[:-KEPT]:
        del _learned[old]
    return found


def compare(
    before: Path, after: Path, utterances: Sequence[str], matchers: MatcherFactory
) -> tuple[Difference, ...]:
    """Return those of *utterances* that *after* understands otherwise than *before*, in their order."""
    if fingerprint(before) == fingerprint(after):
        return ()
    old, new = matcher(before, matchers), matcher(after, matchers)
    return tuple(_differences(old, new, utterances))


def _key(folder: Path, matchers: MatcherFactory) -> str:
    return f"{fingerprint(folder)} {matchers.thresholds}"


def _differences(old: Matcher, new: Matcher, utterances: Iterable[str]) -> Iterable[Difference]:
    for text in utterances:
        said = (Hypothesis(text),)
        before, after = Meaning.of(old.understand(said)), Meaning.of(new.understand(said))
        if before != after:
            yield Difference(text, before, after)
