"""The FAQ: one YAML file per question in ``prompts/faq/``, read into :class:`ivr.dialogue.answers.Answer`.

Reads and checks; decides nothing. The format is described in docs/reference/faq-format.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.dialogue.answers import Answer, AnswerLine, Branch, Catalogue, Content, Item, Known, Opening, Tail
from ivr.french.versions import Version
from ivr.knowledge.answer_checks import check_answer
from ivr.knowledge.answer_schema import (
    ANSWER,
    BRANCH,
    CATALOGUE,
    ITEM,
    KNOWN,
    LAST,
    LINE,
    OPENING,
    REPLIES,
    Shape,
    values_of,
)
from ivr.knowledge.document import Place, Problems, Table, parse_table, read_table
from ivr.knowledge.files.remedies import Code

CONTENT = ("hears", "at-least", "below")
"""Keys of a branch that the content of a reply chooses."""


@dataclass(frozen=True, slots=True)
class Faq:
    """Every answer, in the order of the FAQ."""

    answers: Mapping[str, Answer]

    def __getitem__(self, intent: str) -> Answer:
        return self.answers[intent]

    @property
    def intents(self) -> tuple[str, ...]:
        return tuple(self.answers)

    @property
    def categories(self) -> Mapping[str, tuple[Answer, ...]]:
        """Answers per category, both in the order of the FAQ."""
        found: dict[str, list[Answer]] = {}
        for answer in self.answers.values():
            found.setdefault(answer.category, []).append(answer)
        return {category: tuple(answers) for category, answers in found.items()}


def load_faq(folder: Path, links: Iterable[str] | None = None) -> Faq:
    """Read every answer of *folder* (``prompts/faq``).

    *links* are the registered documents; None: any key will do.

    Raises:
        ConfigurationError: one line per problem, each with file, line, key and remedy.
    """
    problems = Problems()
    faq = read_faq(folder, problems, links)
    problems.check()
    return faq


def read_faq(folder: Path, problems: Problems, links: Iterable[str] | None = None) -> Faq:
    """Read every answer of *folder*, noting what is wrong in *problems*."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.add(Place(str(folder), 1), "", Code.NO_ANSWERS())
    read = [(path.stem, read_table(path, problems)) for path in paths]
    ranked = sorted(((*read_answer(intent, table), intent, table) for intent, table in read), key=_rank)
    faq = Faq({intent: answer for answer, _, intent, _ in ranked})
    known = frozenset(links) if links is not None else None
    for answer, _, _, table in ranked:
        check_answer(answer, table, faq.intents, known)
    _check_choice_words(ranked)
    return faq


def parse_answer(
    text: str, intent: str, faq: Faq, links: Iterable[str] | None = None
) -> tuple[Answer, Problems]:
    """Read one answer from *text*, as a supervisor edits it, and check it against the rest of *faq*."""
    problems = Problems()
    table = parse_table(text, f"{intent}.yaml", problems)
    answer, _ = read_answer(intent, table)
    known = frozenset(links) if links is not None else None
    check_answer(answer, table, {*faq.intents, intent}, known)
    return answer, problems


def read_answer(intent: str, table: Table) -> tuple[Answer, int]:
    """Read the answer of *intent* and its position in the FAQ."""
    anywhere = _branches(table, "anywhere")
    answer = Answer(
        intent=intent,
        lines=_lines(table, anywhere),
        openings=tuple(Opening(**_values(each, OPENING)) for each in table.tables("openings")),
        known=tuple(_known(each) for each in table.tables("known")),
        catalogue=_catalogue(table.table("catalogue")),
        **values_of(table, ANSWER),
    )
    position = table.whole("position", LAST)
    table.finish()
    return answer, position


def _values(table: Table, shape: Shape) -> dict[str, Any]:
    """Return the fields of a table of which nothing else is read."""
    values = values_of(table, shape)
    table.finish()
    return values


def _lines(table: Table, anywhere: tuple[Branch, ...]) -> dict[str, AnswerLine]:
    lines = table.table("lines")
    if lines is None:
        table.complain("lines", Code.NO_LINES())
        return {}
    read = {name: lines.table(name) for name in lines.names()}
    return {name: _line(name, each, anywhere) for name, each in read.items() if each is not None}


def _line(name: str, table: Table, anywhere: tuple[Branch, ...]) -> AnswerLine:
    values = values_of(table, LINE)
    tail = Tail(values.pop("tail"))
    line = AnswerLine(name=name, tail=tail, branches=_branches(table, "branches") + anywhere, **values)
    table.finish()
    return line


def _branches(table: Table, key: str) -> tuple[Branch, ...]:
    return tuple(_branch(each) for each in table.tables(key))


def _branch(table: Table) -> Branch:
    values = values_of(table, BRANCH)
    reply = table.has("reply")
    content = any(table.has(key) for key in CONTENT)
    if bool(values["say"]) + reply > 1 or not (values["say"] or reply or content):
        table.complain("", Code.REPLY_OR_SAY())
    if table.has("also") and not reply:
        table.complain("also", Code.ALSO_OF_REPLY())
    said = "say" if values["say"] else "content"
    branch = Branch(
        on=REPLIES[table.one_of("reply", REPLIES, "oui")] if reply else said,
        hears=_contents(table),
        at_least=_version(table, "at-least"),
        below=_version(table, "below"),
        **values,
    )
    table.finish()
    return branch


def _contents(table: Table) -> tuple[Content, ...]:
    names = table.texts("hears")
    for name in names:
        if name not in set(Content):
            table.complain("hears", Code.NO_CONTENT(name=name, known=", ".join(Content)))
    return tuple(Content(name) for name in names if name in set(Content))


def _version(table: Table, key: str) -> Version | None:
    text = table.maybe(key)
    if text is None:
        return None
    if not re.fullmatch(r"\d+(?:\.\d+){1,5}", text):
        table.complain(key, Code.NO_VERSION(found=text))
        return None
    return tuple(int(part) for part in text.split("."))


def _known(table: Table) -> Known:
    on = REPLIES[table.one_of("reply", REPLIES)]
    return Known(on=on, **_values(table, KNOWN))


def _catalogue(table: Table | None) -> Catalogue | None:
    if table is None:
        return None
    items = tuple(Item(**_values(each, ITEM)) for each in table.tables("items"))
    return Catalogue(items=items, **_values(table, CATALOGUE))


def _rank(entry: tuple[Answer, int, str, Table]) -> tuple[int, str]:
    _, position, intent, _ = entry
    return position, intent


def _check_choice_words(ranked: Iterable[tuple[Answer, int, str, Table]]) -> None:
    taken: dict[str, str] = {}
    for answer, _, intent, table in ranked:
        other = taken.setdefault(answer.choice_word.casefold(), intent)
        if other != intent and answer.choice_word:
            table.complain("choice-word", Code.WORD_TAKEN(word=answer.choice_word, other=other))
