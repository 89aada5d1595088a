"""What may be spoken: short, one question at a time, nothing that a voice cannot read.

Judges text; where it stands is the business of the loaders. The limits are those of the conversation design.
"""

import re
from collections.abc import Iterator

from ivr.french.slots import slots
from ivr.knowledge.files.remedies import Code, Remedy
from ivr.knowledge.prompt_ids import SLOTS

LONGEST_LINE = 35
"""Words of one line: about ten seconds."""
LONGEST_SENTENCE = 26
"""Words of one sentence."""
_SENTENCE_END = re.compile(r"[.!?…](?:\s|$)")
_UNSPEAKABLE = re.compile(r"[^\w\s.,;:!?…'’«»{}-]")
_TIGHT = re.compile(r"[^\s][!?;:»]|«[^\s]")


def flaws(text: str) -> Iterator[Remedy]:
    """Yield what to change in a spoken *text*."""
    if (count := len(_words(text))) > LONGEST_LINE:
        yield Code.LONG_LINE(count=count, most=LONGEST_LINE)
    for sentence in _SENTENCE_END.split(text):
        if (count := len(_words(sentence))) > LONGEST_SENTENCE:
            yield Code.LONG_SENTENCE(count=count, most=LONGEST_SENTENCE, begins=sentence.strip()[:40])
    if text.count("?") > 1:
        yield Code.TWO_QUESTIONS()
    bare = text.replace("TCP/IP", "TCP-IP")
    if found := re.search(r"\d", bare):
        yield Code.FIGURE(figure=found[0])
    if re.search(r"https?:|www\.", text):
        yield Code.ADDRESS()
    elif found := _UNSPEAKABLE.search(bare):
        yield Code.UNSPEAKABLE(sign=found[0])
    if found := _TIGHT.search(text):
        yield Code.TYPOGRAPHY(found=found[0])
    for name in slots(text):
        if name not in SLOTS:
            yield Code.UNKNOWN_SLOT(slot=f"{{{name}}}", known=", ".join(sorted(SLOTS)))
    if "{" in (left := re.sub(r"\{[a-z-]+\}", "", text)) or "}" in left:
        yield Code.BRACE()


def _words(text: str) -> list[str]:
    return [word for word in text.split() if re.search(r"[\w{]", word)]
