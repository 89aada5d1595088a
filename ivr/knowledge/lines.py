"""The shared prompts: ``prompts/lines/*.yaml``, id → text.

Reads and checks; the answers' own lines live with the answers (``ivr.knowledge.faq``).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ivr.french.slots import slots
from ivr.knowledge.document import Place, Problems, read_table
from ivr.knowledge.files.remedies import Code, Remedy
from ivr.knowledge.prompt_ids import FILLED, REQUIRED
from ivr.knowledge.wording import flaws

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def read_lines(folder: Path, problems: Problems) -> dict[str, str]:
    """Read every shared prompt of *folder*, noting what is wrong in *problems*."""
    lines: dict[str, str] = {}
    places: dict[str, Place] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.add(Place(str(folder), 1), "", Code.NO_PROMPTS())
    for path in paths:
        table = read_table(path, problems)
        for prompt in table.names():
            text = table.text(prompt)
            if not _ID.fullmatch(prompt):
                table.complain(prompt, Code.PROMPT_ID())
            for flaw in (*flaws(text), *_wrong_slots(prompt, text)):
                table.complain(prompt, flaw)
            first = places.setdefault(prompt, table.at(prompt))
            if first != table.at(prompt):
                table.complain(prompt, Code.PROMPT_TWICE(file=first.file, line=first.line))
            lines[prompt] = text
    for prompt in REQUIRED - lines.keys() if paths else ():
        problems.add(Place(str(folder), 1), prompt, Code.PROMPT_NEEDED())
    return lines


def _wrong_slots(prompt: str, text: str) -> Iterator[Remedy]:
    given, found = set(FILLED.get(prompt, ())), set(slots(text))
    for name in given - found:
        yield Code.KEEP_SLOT(slot=f"{{{name}}}")
    for name in found - given:
        yield Code.NO_SLOT(slot=f"{{{name}}}")
