"""What may be spoken: short, one question at a time, nothing that a voice cannot read.

Judges text; where it stands is the business of the loaders. The limits are those of the conversation design.
"""

import re
from collections.abc import Iterator

from ivr.french.slots import slots
from ivr.knowledge.prompt_ids import SLOTS

LONGEST_LINE = 35
"""Words of one line: about ten seconds."""
LONGEST_SENTENCE = 26
"""Words of one sentence."""
_SENTENCE_END = re.compile(r"[.!?…](?:\s|$)")
_UNSPEAKABLE = re.compile(r"[^\w\s.,;:!?…'’«»{}-]")
_TIGHT = re.compile(r"[^\s][!?;:»]|«[^\s]")


def flaws(text: str) -> Iterator[str]:
    """Yield what to change in a spoken *text*, in the words of a remedy."""
    if (count := len(_words(text))) > LONGEST_LINE:
        yield f"{count} words, at most {LONGEST_LINE}: split the line"
    for sentence in _SENTENCE_END.split(text):
        if (count := len(_words(sentence))) > LONGEST_SENTENCE:
            yield f"a sentence of {count} words, at most {LONGEST_SENTENCE}: « {sentence.strip()[:40]}… »"
    if text.count("?") > 1:
        yield "two questions in one line: keep the last"
    bare = text.replace("TCP/IP", "TCP-IP")
    if found := re.search(r"\d", bare):
        yield f"spell the figure « {found[0]} » in words"
    if re.search(r"https?:|www\.", text):
        yield "an address cannot be spoken: name the document and register it in links.yaml"
    elif found := _UNSPEAKABLE.search(bare):
        yield f"« {found[0]} » cannot be spoken: write it in words"
    if found := _TIGHT.search(text):
        yield f"French typography: put a space before or after « {found[0]} »"
    for name in slots(text):
        if name not in SLOTS:
            yield f"unknown slot {{{name}}}; known: {', '.join(sorted(SLOTS))}"
    if "{" in (left := re.sub(r"\{[a-z-]+\}", "", text)) or "}" in left:
        yield "a brace that is no slot: {slot-name}"


def _words(text: str) -> list[str]:
    return [word for word in text.split() if re.search(r"[\w{]", word)]
