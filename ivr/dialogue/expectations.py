"""What a question of an answer is replied with besides yes and no: a version, an address, words of its own.

Reads the answer's data and the caller's words; decides for one branch, or for none.
"""

import re
from collections.abc import Mapping, Sequence

from ivr.dialogue.answers import Answer, AnswerLine, Branch, Content
from ivr.french.numerals import numerals
from ivr.french.phrases import fold, says
from ivr.french.versions import at_least, hear_version

_DURATION = re.compile(r"\b(?:\w+ )(?:ans?|annees?|mois|semaines?)\b")
_LONGEST_BYTE = 255
_BYTES = 3
"""Numbers of an address, at least: people leave one out, or run two together."""


def branch_by_content(line: AnswerLine, text: str, said: Sequence[str]) -> Branch | None:
    """Return the first branch of *line* that what the caller says chooses by its content.

    *said*: his words since the answer was opened.
    """
    version = hear_version(text)
    for branch in line.branches:
        if branch.given and not any(says(earlier, branch.given) for earlier in said):
            continue
        if says(text, branch.also) or any(_holds(text, content) for content in branch.hears):
            return branch
        if version and branch.at_least and at_least(version, branch.at_least):
            return branch
        if version and branch.below and not at_least(version, branch.below):
            return branch
    return None


def put_right(answer: Answer, replies: Mapping[str, str], text: str) -> tuple[str, str] | None:
    """Return the question, of those in *replies*, that *text* answers otherwise than before, and how."""
    for name, reply in reversed(list(replies.items())):
        known = next((known for known in answer.known if known.line == name and says(text, known.when)), None)
        if known and known.on != reply:
            return name, known.on
    return None


def _holds(text: str, content: Content) -> bool:
    if content is Content.DURATION:
        return _DURATION.search(fold(text)) is not None and any(numerals(text))
    values = list(numerals(text.replace(".", " ")))
    return len(values) >= _BYTES and any(values) and max(values) <= _LONGEST_BYTE
