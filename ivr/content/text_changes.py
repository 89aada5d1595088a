"""Single changes to files of ``prompts/``: a new answer, other phrasings, a place, a prompt, a pronunciation.

Text in, text out; checks nothing (the loaders do) and writes no file.
"""

from collections.abc import Mapping, Sequence

from ivr.content.tree import table_of, tree_of
from ivr.dialogue.answers import Tail
from ivr.knowledge import lexicon
from ivr.knowledge.answer_schema import ANSWER, in_order
from ivr.knowledge.files.writer import Tree, written

PHRASINGS = "phrasings/"


def new_answer(fields: Mapping[str, str], spoken: str) -> str:
    """Return the file of a new answer of one line."""
    lines: Tree = {"r": {"text": spoken, "tail": Tail.END.value}}
    return written(in_order({**fields, "lines": lines}, ANSWER))


def new_phrasings(intent: str, phrasings: Sequence[str]) -> str:
    """Return the file of what callers say for a new *intent*."""
    return written({"intent": intent, "phrasings": list(phrasings)}, PHRASINGS)


def edit_phrasings(text: str, wanted: Sequence[str], key: str = "phrasings") -> str:
    """Return a file of phrasings with the *wanted* ones under *key*; *text* where they are there already."""
    tree = table_of(text)
    return text if tree.get(key) == list(wanted) else written({**tree, key: list(wanted)}, PHRASINGS)


def edit_position(text: str, position: int) -> str:
    """Return an answer's file with its place among the others."""
    return written(in_order({**table_of(text), "position": str(position)}, ANSWER))


def edit_line(text: str, prompt: str, spoken: str) -> str:
    """Return a file of shared prompts with another text for *prompt*."""
    tree = table_of(text)
    return text if tree.get(prompt) == spoken else written({**tree, prompt: spoken})


def edit_lexicon(text: str, written_as: str, spoken: str) -> str:
    """Return the lexicon with *written_as* said as *spoken*; without it when *spoken* is empty."""
    tree = tree_of(text.removeprefix(lexicon.HEADER))
    entries = [each for each in tree if isinstance(each, dict)] if isinstance(tree, list) else []
    at = next((n for n, entry in enumerate(entries) if entry["written"] == written_as), len(entries))
    kept = entries[at : at + 1] or [{"written": written_as}]
    entries[at : at + 1] = [{**each, "spoken": spoken} for each in kept if spoken]
    return written([*entries], header=lexicon.HEADER)
