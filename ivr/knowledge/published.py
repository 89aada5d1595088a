"""What the dialogue knows, in one immutable edition; a new edition replaces it whole.

Looks up and delegates: understanding belongs to the injected matcher, deciding to the dialogue.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ivr.config import LinkSettings
from ivr.dialogue.actions import Line
from ivr.dialogue.answers import Answer
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context, Disambiguation, Link
from ivr.dialogue.understanding import Understanding
from ivr.french.slots import fill
from ivr.knowledge import desk_changes, incidents
from ivr.knowledge.choices import Choices, read_choices
from ivr.knowledge.desk_changes import UNCHANGED, DeskChanges, read_desk
from ivr.knowledge.document import Problems
from ivr.knowledge.faq import Faq, read_faq
from ivr.knowledge.glosses import Glosses, read_glosses
from ivr.knowledge.incidents import Incident, read_incidents
from ivr.knowledge.lines import read_lines
from ivr.knowledge.links import read_links


class Matcher(Protocol):
    """Decides what a caller means."""

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        """Decide what the caller means."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is read from ``prompts/``, checked as a whole."""

    faq: Faq
    lines: Mapping[str, str]
    """Shared prompts."""
    choices: Choices
    glosses: Glosses
    links: Mapping[str, Link]
    incidents: tuple[Incident, ...] = ()
    desk: DeskChanges = UNCHANGED

    def spoken(self) -> Mapping[str, str]:
        """Every line that can be heard, by prompt id: what must be rendered ahead."""
        answers = {
            f"{answer.intent}.{line.name}": line.text
            for answer in self.faq.answers.values()
            for line in answer.lines.values()
        }
        return {**self.lines, **answers, **incidents.lines(self.incidents)}

    def voiced(self) -> tuple[Line, ...]:
        """Return ``spoken`` as lines."""
        return tuple(Line(prompt, text) for prompt, text in self.spoken().items())

    def addressed(self) -> frozenset[str]:
        """Keys of the documents whose address is known."""
        return frozenset(key for key, link in self.links.items() if link.url)


def load_content(folder: Path, links: Mapping[str, LinkSettings] | None = None) -> Content:
    """Read ``prompts/`` (*folder*); *links* are the documents of the settings.

    Raises:
        ConfigurationError: one line per problem, each with file, line, key and remedy.
    """
    problems = Problems()
    lines = read_lines(folder / "lines", problems)
    registry = read_links(folder / "links.yaml", problems, lines, links)
    faq = read_faq(folder / "faq", problems, registry)
    choices = read_choices(folder / "disambiguation.yaml", problems, faq.intents, lines)
    glosses = read_glosses(folder / "glosses.yaml", problems, lines)
    announced = read_incidents(folder / incidents.FILE, problems)
    desk = read_desk(folder / desk_changes.FILE, problems)
    problems.check()
    return Content(faq, lines, choices, glosses, registry, announced, desk)


class PublishedKnowledge:
    """One edition of the FAQ and the prompts. Satisfies ``ivr.dialogue.ports.Knowledge``."""

    def __init__(
        self, content: Content, matcher: Matcher, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """*now* says which incidents are heard."""
        self.content = content
        self.matcher = matcher
        self._now = now

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        """Decide what the caller means."""
        return self.matcher.understand(hypotheses, closed, context)

    def answer(self, intent: str) -> Answer:
        """Return the answer of *intent*. Raises KeyError."""
        return self.content.faq[intent]

    def intents(self) -> Sequence[str]:
        """Every intent, in the order of the FAQ."""
        return self.content.faq.intents

    def line(self, prompt: str, /, **values: str) -> Line:
        """Return a shared prompt, ``{slot-name}`` filled with ``slot_name=``. Raises KeyError."""
        if prompt not in self.content.lines:
            raise KeyError(f"no prompt « {prompt} » in prompts/lines/")
        return Line(prompt, fill(self.content.lines[prompt], **values))

    def disambiguation(self, intents: Sequence[str]) -> Disambiguation | None:
        """Return the written question that tells these intents apart, if there is one."""
        return self.content.choices.telling_apart(intents)

    def choice(self, prompt: str, /) -> Disambiguation:
        """Return the closed question *prompt*. Raises KeyError."""
        return self.content.choices.questions[prompt]

    def family(self, text: str) -> Disambiguation | None:
        """Return the question that narrows a one-word subject, if any."""
        return self.content.choices.family(text)

    def link(self, key: str) -> Link | None:
        """Return the document *key*; None when it is not registered or has no address."""
        link = self.content.links.get(key)
        return link if link and link.url else None

    def gloss(self, text: str) -> Line | None:
        """Return the explanation that « c'est quoi… ? » asks for, None if *text* is no such question."""
        prompt = self.content.glosses.explaining(text)
        return self.line(prompt) if prompt else None

    def incidents(self) -> Sequence[Line]:
        """Return what every new caller is to hear first now."""
        return incidents.heard(self.content.incidents, self._now())


class Publisher:
    """Holds the edition that turns are taken from; a call in progress may keep the one it began with."""

    def __init__(
        self, folder: Path, links: Mapping[str, LinkSettings], matcher: Callable[[Content], Matcher]
    ) -> None:
        self._folder, self._links = folder, links
        content = load_content(folder, links)
        self.current = PublishedKnowledge(content, matcher(content))

    def adopt(self, matcher: Matcher) -> PublishedKnowledge:
        """Read everything again and publish it at once, with a *matcher* that has learned what is there.

        Raises:
            ConfigurationError: something is wrong; the edition in use stays.
        """
        self.current = PublishedKnowledge(load_content(self._folder, self._links), matcher)
        return self.current
