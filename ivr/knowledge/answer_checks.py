"""Is an answer sound: does every line lead somewhere that exists, can every line be reached and spoken?

Reports problems at their place; changes nothing.
"""

import re
from collections.abc import Collection, Iterator

from ivr.dialogue.answers import Answer, AnswerLine, Tail
from ivr.french.slots import slots
from ivr.knowledge.document import Table
from ivr.knowledge.files.remedies import Code
from ivr.knowledge.wording import flaws

ELSEWHERE = frozenset({"transfer", "offer-transfer", "near-miss", "menu"})
"""Targets that leave the answer."""

_LINE_NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DISPLAY_TARGET = re.compile(r"\]\(([^)]*)\)")
_GOES_ON = {Tail.NEXT, Tail.HANDS, Tail.CHAIN}
_MAY_GO_ON = _GOES_ON | {Tail.QUESTION, Tail.TRANSFER}


def check_answer(
    answer: Answer, table: Table, intents: Collection[str], links: Collection[str] | None
) -> None:
    """Note in the table's problems everything that is wrong with *answer*.

    *intents* are those of the whole FAQ; *links* the registered documents, None when any will do.
    """
    _Check(answer, table, intents, links).run()


class _Check:
    def __init__(
        self, answer: Answer, table: Table, intents: Collection[str], links: Collection[str] | None
    ) -> None:
        self.answer, self.table, self.intents, self.links = answer, table, intents, links

    def run(self) -> None:
        for name in ("start", "resume"):
            if (target := getattr(self.answer, name)) is not None:
                self._line_exists(self.table, name, target)
        for line in self.answer.lines.values():
            self._line(line, self._line_table(line.name))
        self._branches(self.table, "anywhere")
        self._ways_in()
        self._unreachable()
        self._neighbours()

    def _line(self, line: AnswerLine, table: Table) -> None:
        if not _LINE_NAME.fullmatch(line.name):
            self._lines().complain(line.name, Code.LINE_NAME())
        for flaw in flaws(line.text):
            table.complain("text", flaw)
        self._slots(line, table)
        self._tail(line, table)
        for key, name in (("next", line.next), ("with-link", line.with_link)):
            if name is not None:
                self._line_exists(table, key, name)
        for key, target in (("without-link", line.without_link), ("if-closed", line.if_closed)):
            if target is not None:
                self._target(table, key, target)
        if line.link is not None:
            self._link(table, "link", line.link)
        self._branches(table, "branches")

    def _tail(self, line: AnswerLine, table: Table) -> None:
        own = table.tables("branches")
        if line.tail in _GOES_ON and line.next is None and line.name != self.answer.resume:
            table.complain("next", Code.NO_NEXT(tail=line.tail))
        if line.next is not None and line.tail not in _MAY_GO_ON:
            table.complain("next", Code.NEXT_NOT_PLAYED(tail=line.tail))
        if line.tail is Tail.QUESTION and not own:
            table.complain("branches", Code.NO_REPLIES())
        if line.tail is Tail.QUESTION and "?" not in line.text:
            table.complain("tail", Code.NO_QUESTION())
        if line.tail is not Tail.QUESTION and "?" in line.text:
            table.complain("text", Code.ASKS(tail=line.tail))
        if line.tail is Tail.QUESTION and own and not self._answers_yes_and_no(line):
            table.complain("branches", Code.YES_AND_NO())
        if (line.tail is Tail.LINK or line.with_link or line.without_link) and line.link is None:
            table.complain("link", Code.NO_DOCUMENT())

    def _answers_yes_and_no(self, line: AnswerLine) -> bool:
        return {"yes", "no"} <= {branch.on for branch in line.branches if not branch.given}

    def _slots(self, line: AnswerLine, table: Table) -> None:
        catalogue = self.answer.catalogue
        offered = {catalogue.slot} if catalogue and line.name in {i.line for i in catalogue.items} else set()
        for name in slots(line.text):
            if name not in offered:
                table.complain("text", Code.NO_SLOT_IN_LINE(slot=f"{{{name}}}"))

    def _branches(self, table: Table, key: str) -> None:
        for branch in table.tables(key):
            self._target(branch, "go", branch.text("go", ""))

    def _target(self, table: Table, key: str, target: str) -> None:
        kind, _, name = target.partition(":")
        if kind in ("intent", "push") and name:
            if name not in self.intents:
                table.complain(key, Code.UNKNOWN_ANSWER(intent=name))
        elif kind == "link" and name:
            self._link(table, key, name)
        elif target and target not in ELSEWHERE:
            self._line_exists(table, key, target)

    def _line_exists(self, table: Table, key: str, name: str) -> None:
        if name and name not in self.answer.lines:
            names = ", ".join(self.answer.lines)
            table.complain(key, Code.UNKNOWN_LINE(line=name, known=names))

    def _link(self, table: Table, key: str, name: str) -> None:
        if self.links is not None and name not in self.links:
            table.complain(key, Code.UNKNOWN_DOCUMENT(link=name))
        if name not in self.answer.links:
            table.complain(key, Code.DOCUMENT_NOT_LISTED(link=name))

    def _ways_in(self) -> None:
        for opening in self.table.tables("openings"):
            path = opening.texts("path")
            for key, name in (("start", opening.text("start", "")), *(("path", name) for name in path)):
                self._line_exists(opening, key, name)
            if path and path[0] != opening.text("start", ""):
                opening.complain("path", Code.PATH_BEGINS())
        for known in self.table.tables("known"):
            self._known(known)
        if (catalogue := self.table.table("catalogue")) is not None:
            self._line_exists(catalogue, "unknown", catalogue.text("unknown", ""))
            for item in catalogue.tables("items"):
                self._line_exists(item, "line", item.text("line", ""))

    def _known(self, known: Table) -> None:
        name = known.text("line", "")
        self._line_exists(known, "line", name)
        if (line := self.answer.lines.get(name)) and line.tail is not Tail.QUESTION:
            known.complain("line", Code.ASKS_NOTHING(line=name))

    def _unreachable(self) -> None:
        reached, ahead = set[str](), list(self._entries())
        while ahead:
            if (name := ahead.pop()) in self.answer.lines and name not in reached:
                reached.add(name)
                ahead.extend(_exits(self.answer.lines[name]))
        for name in self.answer.lines.keys() - reached:
            self._lines().complain(name, Code.NEVER_REACHED())

    def _entries(self) -> Iterator[str]:
        answer = self.answer
        yield from (answer.start, answer.resume or "")
        for opening in answer.openings:
            yield from (opening.start, *opening.path)
        if answer.catalogue:
            yield answer.catalogue.unknown
            yield from (item.line for item in answer.catalogue.items)

    def _neighbours(self) -> None:
        for intent in self.answer.follow_ups:
            if intent not in self.intents:
                self.table.complain("follow-ups", Code.UNKNOWN_ANSWER(intent=intent))
        for key in self.answer.links:
            self._link(self.table, "links", key)
        for target in _DISPLAY_TARGET.findall(self.answer.display):
            kind, _, name = target.partition(":")
            if kind == "lien":
                self._link(self.table, "display", name)
            elif kind == "intent" and name not in self.intents:
                self.table.complain("display", Code.UNKNOWN_ANSWER(intent=name))
            elif kind not in ("intent", "https"):
                self.table.complain("display", Code.DISPLAY_TARGET(target=target))

    def _lines(self) -> Table:
        return self.table.table("lines") or self.table

    def _line_table(self, name: str) -> Table:
        return self._lines().table(name) or self.table


def _exits(line: AnswerLine) -> Iterator[str]:
    for target in (line.next, line.with_link, line.without_link, line.if_closed):
        if target is not None:
            yield target
    yield from (branch.go for branch in line.branches)
