"""The shape of an answer: spoken lines linked by what the caller replies.

Values only; ``ivr.knowledge.faq`` fills them from YAML, ``ivr.dialogue.behaviours`` walks them.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.french.versions import Version


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


class Content(enum.StrEnum):
    """What a question may be answered with, besides words."""

    ADDRESS = "adresse-ip"
    """« Cent quatre-vingt-douze, cent soixante-huit, un, douze. »"""
    DURATION = "durée"
    """« Encore deux ans. »"""


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a reply leads. Of several that fit, the first one counts.

    Targets: a line name of the same answer (``e3``); ``intent:ID`` opens another answer; ``push:ID`` opens it
    and comes back; ``link:KEY`` offers a document's address; ``transfer`` hands off; ``offer-transfer`` asks
    first; ``near-miss`` admits that the FAQ says no more (``hs.proche``); ``menu`` asks for another question.
    """

    on: str
    """``yes``, ``no``, ``unknown`` (« je ne sais pas »), ``say``, or ``content``: nothing else chooses it."""
    go: str
    say: tuple[str, ...] = ()
    """For ``say``: phrases that choose this branch, local to the line (see ``ivr.french.phrases``)."""
    given: tuple[str, ...] = ()
    """The branch counts only if the caller said one of these since this answer was opened."""
    also: tuple[str, ...] = ()
    """For a yes or no: phrases that mean it at this question (« encore », « c'est affiché »)."""
    hears: tuple[Content, ...] = ()
    """What else, in the caller's words, chooses this branch, whatever its value."""
    at_least: Version | None = None
    below: Version | None = None
    """The branch of whoever names a version from, or before, this one."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One chunk of an answer: at most three short sentences, about ten seconds."""

    name: str
    """``r`` for the first answer, ``r.xxx`` for alternative openings, ``e1…`` for what follows."""
    text: str
    tail: Tail
    next: str | None = None
    """Line that follows on « suite » (or at once, for ``CHAIN``). The line :attr:`Answer.resume` has none:
    after it comes the line that follows the one which pushed."""
    branches: tuple[Branch, ...] = ()
    """For any tail: what a caller may reply here besides the commands (the answer's own ``anywhere``
    branches come last)."""
    link: str | None = None
    """Key of the document that a ``LINK`` tail offers, or that :attr:`with_link` depends on."""
    with_link: str | None = None
    """Line played instead of the tail when :attr:`link` has an address."""
    without_link: str | None = None
    """Target instead of the ``LINK`` tail when :attr:`link` has no address."""
    if_closed: str | None = None
    """Target instead of this whole line when no agent can be reached."""
    skip_when_pushed: bool = False
    """Left out when another answer pushed this one and waits for its end."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An alternative way in, for a question that asks for that detail. The first that fits counts."""

    start: str
    when: tuple[str, ...]
    """Any of these phrases in the caller's words chooses it."""
    path: tuple[str, ...] = ()
    """Lines in this order, ``start`` first, instead of following ``next``; empty: follow ``next``. The last
    line's own tail ends it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A reply the caller may have given before being asked: the question is then skipped."""

    line: str
    """The ``QUESTION`` line that need not be asked."""
    on: str
    """The reply it stands for: ``yes``, ``no`` or ``unknown``."""
    when: tuple[str, ...]
    """Any of these phrases, said since the answer was opened. The first entry that fits counts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing an answer lists, about which callers ask « est-ce que j'ai… ? »."""

    name: str
    """As spoken in the slot: « la conférence à trois »."""
    line: str
    """Line of the answer that says so."""
    say: tuple[str, ...]
    """What callers call it, best names first."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Yes/no answers about the items of a list, instead of the list."""

    slot: str
    """The slot of the items' lines that takes :attr:`Item.name`."""
    unknown: str
    """Line for a yes/no question about something that is not in the list."""
    asks: tuple[str, ...]
    """Phrases that mark a yes/no question about one thing…"""
    items: tuple[Item, ...]
    unless: tuple[str, ...] = ()
    """…unless one of these asks for the whole list."""


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
    """Keys of the documents this answer mentions."""
    follow_ups: tuple[str, ...] = ()
    """Intents preferred when the next utterance is vague."""
    transfer: str = "never"
    """Who offers an agent first: ``always``, ``end``, ``branch``, ``courtesy`` or ``never``."""
    queue: str = "support"
    """``support`` or ``technical``: the settings say which queue that is."""
    password_guard: bool = False
    """Warn the caller not to say a password, once per call."""
    choice_word: str = ""
    """Answer word used when two questions must be told apart (« tarifs »)."""
    resume: str | None = None
    """Line played when a pushed answer returns here, followed by the line after the one that pushed; None:
    the line that pushed is said again."""
    known: tuple[Known, ...] = ()
    """Questions to skip when the caller's words have already answered them."""
    catalogue: Catalogue | None = None
    """Items that a yes/no question may be about."""
