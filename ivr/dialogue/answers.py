"""The shape of an answer: spoken lines linked by what the caller replies.

Values only; ``ivr.knowledge.faq`` fills them from YAML, ``ivr.dialogue.behaviours`` walks them.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Tail(enum.StrEnum):
    """What follows a spoken line (table « tail » of the conversation design)."""

    NEXT = "suite"
    """One more chunk exists and the caller has nothing to do with his hands."""
    HANDS = "manip"
    """The caller is busy on the phone set: a long silence is allowed."""
    END = "fin"
    """Nothing more in this answer."""
    TRANSFER = "transfert"
    """Offer an agent."""
    LINK = "lien"
    """Offer to send a document's address."""
    QUESTION = "question"
    """The line ends with its own question: see :attr:`AnswerLine.branches`."""
    CHAIN = "enchaine"
    """The next line is played in the same turn."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a reply leads.

    Targets: a line name of the same answer (``e3``); ``intent:ID`` opens another answer; ``push:ID`` opens it
    and comes back; ``transfer`` hands off; ``offer-transfer`` asks first; ``menu`` asks for another question.
    """

    on: str
    """``yes``, ``no``, ``unknown`` (« je ne sais pas ») or ``say``."""
    go: str
    say: tuple[str, ...] = ()
    """For ``say``: the words that choose this branch, local to the line."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One chunk of an answer: at most three short sentences, about ten seconds."""

    name: str
    """``r`` for the first answer, ``r.xxx`` for alternative openings, ``e1…`` for what follows."""
    text: str
    tail: Tail
    next: str | None = None
    """Line that follows on « suite » (or at once, for ``CHAIN``)."""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """An alternative first line, for a question that asks for that detail."""

    start: str
    when: tuple[str, ...]
    """Any of these phrases in the caller's words chooses it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of the FAQ and everything the line may say about it."""

    intent: str
    category: str
    question: str
    """As the FAQ prints it."""
    label: str
    """Noun group that works after « sur », « par » and « : »."""
    display: str
    """The approved written answer, repaired (Markdown)."""
    lines: Mapping[str, AnswerLine]
    start: str = "r"
    openings: tuple[Opening, ...] = ()
    links: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    """Intents preferred when the next utterance is vague."""
    transfer: str = "never"
    """Who offers an agent first: ``always``, ``end``, ``branch``, ``courtesy`` or ``never``."""
    queue: str = "support"
    password_guard: bool = False
    """Warn the caller not to say a password, once per call."""
    choice_word: str = ""
    """Answer word used when two questions must be told apart (« tarifs »)."""
    resume: str | None = None
    """Line played when a pushed answer returns here."""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lists a behaviour needs (included features, options…)."""
