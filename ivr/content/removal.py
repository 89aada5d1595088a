"""What depends on a question, and every file without it.

Text in, text out: what led to the question leads to the admission that the line knows no more.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.content.tree import tree_of
from ivr.content.vocabulary import prompt_title
from ivr.knowledge.files.writer import written

INSTEAD = "near-miss"
"""Where replies lead that led to the question."""
FEWEST_CHOICES = 2
SHARED = {
    "phrasings/several.yaml": "Deux questions à la fois",
    "phrasings/torn.yaml": "Phrases à plusieurs réponses",
}
"""Phrasings that belong to more than one question, and what they are called."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One place that changes because the question goes."""

    where: str
    what: str
    intent: str = ""
    """The question it is in, to link to."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A question taken away."""

    files: Mapping[str, str | None]
    """What to write; None removes a file."""
    consequences: tuple[Consequence, ...]


def removal(texts: Mapping[str, str], intent: str) -> Removal:
    """Return what it takes to do without *intent*; *texts* are all YAML files by path."""
    files: dict[str, str | None] = dict.fromkeys((f"faq/{intent}.yaml", f"phrasings/{intent}.yaml"))
    told: list[Consequence] = []
    for path, text in sorted(texts.items()):
        if path in files or not re.search(rf"\b{re.escape(intent)}\b", text):
            continue
        tree: Any = tree_of(text)
        if found := list(_without(path, tree, intent)):
            files[path] = written(tree, path)
            told += found
    return Removal(files, tuple(told))


def _without(path: str, tree: Any, intent: str) -> Iterator[Consequence]:
    """Take *intent* out of *tree* and tell where it was."""
    folder, _, name = path.rpartition("/")
    if folder == "faq":
        yield from _from_answer(tree, intent, name.removesuffix(".yaml"))
    elif path == "disambiguation.yaml":
        yield from _from_choices(tree, intent)
    elif path in SHARED:
        yield from _from_shared(tree[name.removesuffix(".yaml")], intent, SHARED[path])


def _from_answer(tree: Any, intent: str, other: str) -> Iterator[Consequence]:
    title = str(tree["question"])
    if intent in (tree.get("follow-ups") or ()):
        tree["follow-ups"].remove(intent)
        yield Consequence(title, "Elle n'est plus une question voisine.", other)
    if (count := _redirected(tree, {f"intent:{intent}", f"push:{intent}"})) > 0:
        replies = (
            "La réponse qui y menait dira" if count == 1 else f"Les {count} réponses qui y menaient diront"
        )
        yield Consequence(title, f"{replies} que la ligne n'en sait pas plus.", other)
    link = re.compile(rf"\[([^\]]*)\]\(intent:{re.escape(intent)}\)")
    if link.search(str(tree["display"])):
        tree["display"] = link.sub(r"\1", tree["display"])
        yield Consequence(title, "La réponse écrite n'y renvoie plus.", other)


def _redirected(tree: Any, targets: set[str]) -> int:
    """Lead elsewhere whatever leads to *targets*; return how many did."""
    count = 0
    for key, value in list(tree.items()) if isinstance(tree, dict) else enumerate(tree):
        if isinstance(value, (dict, list)):
            count += _redirected(value, targets)
        elif isinstance(value, str) and value in targets:
            tree[key] = INSTEAD
            count += 1
    return count


def _from_choices(tree: Any, intent: str) -> Iterator[Consequence]:
    questions = tree["questions"]
    gone = {intent}
    while True:  # a closed question without its choices takes away the choice that led to it
        for question in questions.values():
            _drop(question["choices"], "go", gone)
        emptied = {name for name, each in questions.items() if len(each["choices"]) < FEWEST_CHOICES} - gone
        if not emptied:
            break
        gone |= emptied
    for name in gone - {intent}:
        del questions[name]
        yield Consequence(
            f"Choix « {prompt_title(name)} »", "Il n'est plus proposé : il n'y reste pas deux questions."
        )
    for name, question in questions.items():
        if _drop(question.get("between") or [], None, gone):
            yield Consequence(f"Choix « {prompt_title(name)} »", "Elle n'y est plus proposée.")
        if question.get("between") == []:
            del question["between"]
    if _drop(tree.get("families") or [], "ask", gone):
        yield Consequence("Sujets d'un mot", "Ceux qui menaient à ces choix ne mènent plus nulle part.")


def _from_shared(lines: Any, intent: str, where: str) -> Iterator[Consequence]:
    if count := _drop(lines, "intents", {intent}):
        phrases = "La phrase qui la contient n'est plus apprise."
        many = f"Les {count} phrases qui la contiennent ne sont plus apprises."
        yield Consequence(where, phrases if count == 1 else many)


def _drop(items: Any, key: str | None, unwanted: Collection[str]) -> int:
    """Remove the items that name one of *unwanted* under *key*; return how many there were."""

    def named(item: Any) -> list[str]:
        found = item if key is None else item[key]
        return [str(each) for each in found] if isinstance(found, list) else [str(found)]

    places = [place for place, each in enumerate(items) if set(named(each)) & set(unwanted)]
    for place in reversed(places):
        del items[place]
    return len(places)
