"""How a matcher is made from ``prompts/``: one way for the server, the console, a comparison and a command.

Reads and learns; what was learned is kept by the cache alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.config import FaqSettings
from ivr.dialogue.answers import Answer
from ivr.knowledge.faq import load_faq
from ivr.knowledge.matching import Matcher, Thresholds, load_concepts, load_phrasings
from ivr.knowledge.matching.cache import default_folder


@dataclass(frozen=True, slots=True)
class MatcherFactory:
    """What all matchers of one installation share."""

    cache: Path
    """Where what was learned is kept, for other processes and the next start."""
    thresholds: Thresholds

    @classmethod
    def of(cls, settings: FaqSettings) -> "MatcherFactory":
        """Return the factory that *settings* describe, with the user's cache."""
        return cls(default_folder(), Thresholds(answer=settings.answer, confirm=settings.confirm))

    def teach(self, folder: Path, answers: Mapping[str, Answer] | None = None) -> Matcher:
        """Return what *folder* (``prompts/``) teaches; *answers* are its own, where they are read already.

        Takes seconds the first time.

        Raises:
            ConfigurationError: one line per problem, each naming file and line.
        """
        if answers is None:
            answers = load_faq(folder / "faq").answers
        follow_ups = {intent: answer.follow_ups for intent, answer in answers.items()}
        phrasings, concepts = load_phrasings(folder / "phrasings"), load_concepts(folder / "synonyms.yaml")
        return Matcher.build(phrasings, concepts, follow_ups, self.thresholds, self.cache)
