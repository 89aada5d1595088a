"""One answer as its form shows and sends it: what was typed may still be wrong, so everything is text.

Pure. What is right is decided by the loaders; what the buttons do is in ``answer_structure``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ivr.console.entered_text import bounded
from ivr.console.forms.entry_points_form import (
    NO_WAYS_IN,
    Sent,
    WaysIn,
    lines_joined,
    read_ways_in,
    sent_ways_in,
)
from ivr.dialogue.answers import Tail
from ivr.knowledge.answer_schema import ANSWER, LINE, Key, Kind
from ivr.knowledge.document import Problems, Table, parse_table

ELSEWHERE_IN_FORM = ("start", "resume", "password-guard", "links", "follow-ups", "position")
"""Keys of an answer that have a place of their own in :class:`AnswerForm`, or none."""
TEXTS = tuple(
    name for name, key in ANSWER.items() if key.kind is not Kind.OTHER and name not in ELSEWHERE_IN_FORM
)
"""The other keys of an answer, shown as texts."""
DEFAULTS = {name: ANSWER[name].default or "" for name in TEXTS}
LAID_OUT = ("category", "question", "label", "choice-word", "display", "transfer", "queue")
"""Texts that the page has a place for; those that are new in the schema follow them."""
STEP_TEXTS = ("text", "tail", "next", "link", "with-link", "without-link", "if-closed")
MORE = tuple(
    name
    for name, key in LINE.items()
    if key.kind is not Kind.OTHER and name not in (*STEP_TEXTS, "skip-when-pushed")
)
"""Keys of a line that :class:`Step` does not name: those that are new in the schema."""
EXITS = ("next", "with-link", "without-link", "if-closed")
"""Keys of a line that lead somewhere."""
GOES_ON = (Tail.NEXT, Tail.HANDS, Tail.CHAIN)
MAY_GO_ON = (*GOES_ON, Tail.QUESTION, Tail.TRANSFER)
ANYWHERE = "*"
"""Stands for a step's name in the replies that hold on every step."""
SAID = "say"
"""The reply that is neither yes, no nor « je ne sais pas », but words of its own."""
MOST_STEPS = 60
MOST_REPLIES = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """Where one reply leads."""

    on: str = SAID
    """``oui``, ``non``, ``inconnu`` or :data:`SAID`."""
    go: str = ""
    say: str = ""
    """Phrases, separated by commas."""
    given: str = ""
    """The same, for what the caller must have said before."""
    was: str = ""
    """Its place in the file, from 0; empty when it is new."""

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return self.on == SAID and not (self.go or self.say)


@dataclass(frozen=True, slots=True)
class Step:
    """One spoken line."""

    name: str
    text: str = ""
    tail: str = Tail.END
    next: str = ""
    link: str = ""
    with_link: str = ""
    without_link: str = ""
    if_closed: str = ""
    skip: bool = False
    """Left out when another answer pushed this one."""
    replies: tuple[Reply, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """By :data:`MORE`."""

    @property
    def texts(self) -> Mapping[str, str]:
        """By key."""
        named = (getattr(self, key.replace("-", "_")) for key in STEP_TEXTS)
        return {**dict(zip(STEP_TEXTS, map(str, named), strict=True)), **self.more}


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """Everything the page of one question edits."""

    texts: Mapping[str, str]
    """By :data:`TEXTS`."""
    links: tuple[str, ...]
    follow_ups: tuple[str, ...]
    guard: bool
    """Whether the caller is told not to say a password."""
    phrasings: str
    """One per line."""
    start: str
    resume: str
    steps: tuple[Step, ...]
    anywhere: tuple[Reply, ...]
    ways_in: WaysIn = NO_WAYS_IN

    def step(self, name: str) -> Step | None:
        """Return the step *name*."""
        return next((step for step in self.steps if step.name == name), None)


def read_form(text: str, phrasings: Sequence[str]) -> AnswerForm:
    """Return the form of an answer's file that the loaders accept."""
    table = parse_table(text, "", Problems())
    lines = table.table("lines")
    names = lines.names() if lines else ()
    return AnswerForm(
        texts={key: _read_text(table, key, ANSWER[key]) for key in TEXTS},
        links=table.texts("links"),
        follow_ups=table.texts("follow-ups"),
        guard=table.flag("password-guard"),
        phrasings="\n".join(phrasings),
        start=table.text("start", "r"),
        resume=table.text("resume", ""),
        steps=tuple(_read_step(name, line) for name in names if (line := lines and lines.table(name))),
        anywhere=_read_replies(table, "anywhere"),
        ways_in=read_ways_in(table),
    )


def sent_form(sent: Sent) -> AnswerForm:
    """Return what a browser sent."""
    names = [name for name in dict.fromkeys(sent("steps")) if re.fullmatch(r"[a-z0-9.-]{1,60}", name)]
    return AnswerForm(
        texts={key: _one(sent, key).strip() for key in TEXTS},
        links=tuple(sent("links")),
        follow_ups=tuple(sent("follow-ups")),
        guard=bool(_one(sent, "password-guard")),
        phrasings=_one(sent, "phrasings"),
        start=_one(sent, "start") or "r",
        resume=_one(sent, "resume"),
        steps=tuple(settled(_sent_step(sent, name)) for name in bounded(names, "étapes", MOST_STEPS)),
        anywhere=_sent_replies(sent, ANYWHERE),
        ways_in=sent_ways_in(sent),
    )


def settled(step: Step) -> Step:
    """Return *step* without what its end makes meaningless, and with the replies that a question needs."""
    offers = step.tail == Tail.LINK
    if step.tail == Tail.QUESTION and not step.replies:
        step = replace(step, replies=(Reply("oui"), Reply("non")))
    return replace(
        step,
        next=step.next if step.tail in MAY_GO_ON else "",
        link=step.link if offers or step.with_link else "",
        without_link=step.without_link if offers else "",
    )


def phrases(text: str) -> list[str]:
    """Return the phrases of a field that separates them by commas."""
    return [phrase for each in text.split(",") if (phrase := " ".join(each.split()))]


def _read_step(name: str, table: Table) -> Step:
    return Step(
        name=name,
        text=table.text("text", ""),
        tail=table.text("tail", Tail.END),
        next=table.text("next", ""),
        link=table.text("link", ""),
        with_link=table.text("with-link", ""),
        without_link=table.text("without-link", ""),
        if_closed=table.text("if-closed", ""),
        skip=table.flag("skip-when-pushed"),
        replies=_read_replies(table, "branches"),
        more={key: _read_text(table, key, LINE[key]) for key in MORE},
    )


def _read_text(table: Table, name: str, key: Key) -> str:
    if key.kind in (Kind.NAMES, Kind.PHRASES):
        return ", ".join(table.texts(name))
    return table.text(name, key.default or "")


def _read_replies(table: Table, key: str) -> tuple[Reply, ...]:
    return tuple(
        Reply(
            on=each.text("reply", SAID),
            go=each.text("go", ""),
            say=", ".join(each.texts("say")),
            given=", ".join(each.texts("given")),
            was=str(place),
        )
        for place, each in enumerate(table.tables(key))
    )


def _sent_step(sent: Sent, name: str) -> Step:
    return Step(
        name=name,
        text=" ".join(_one(sent, f"line.{name}").split()),
        tail=_one(sent, f"tail.{name}") or Tail.END,
        next=_one(sent, f"next.{name}"),
        link=_one(sent, f"link.{name}"),
        with_link=_one(sent, f"with-link.{name}"),
        without_link=_one(sent, f"without-link.{name}"),
        if_closed=_one(sent, f"if-closed.{name}"),
        skip=bool(_one(sent, f"skip.{name}")),
        replies=_sent_replies(sent, name),
        more={key: _one(sent, f"{key}.{name}").strip() for key in MORE},
    )


def _sent_replies(sent: Sent, name: str) -> tuple[Reply, ...]:
    columns = [lines_joined(sent(f"{key}.{name}")) for key in ("on", "go", "say", "given", "was")]
    return bounded(tuple(_sent_rows(columns)), "réponses à une étape", MOST_REPLIES)


def _sent_rows(columns: Sequence[Sequence[str]]) -> Iterator[Reply]:
    for on, go, say, given, was in zip(*columns, strict=False):
        reply = Reply(on, go, say.strip() if on == SAID else "", given.strip(), was)
        if not reply.blank:
            yield reply


def _one(sent: Sent, name: str) -> str:
    values = sent(name)
    return values[0] if values else ""
