"""What differs between two editions, as a supervisor sees it: which text, before and after.

Pure: compares contents of files, reads none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

KINDS = {
    "faq": "Question",
    "lines": "Messages communs",
    "phrasings": "Formulations",
    "recordings": "Voix enregistrée",
}
INCIDENTS = "incidents.yaml"
FILES = {"lexicon.yaml": "Prononciation", INCIDENTS: "Message d'incident"}
FIELDS = {
    "choice-word": "Mot du choix",
    "display": "Réponse écrite",
    "follow-ups": "Questions voisines",
    "label": "Sujet",
    "links": "Documents cités",
    "phrasings": "Formulation",
    "question": "Question",
    "queue": "File",
    "transfer": "Conseiller",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One text that differs."""

    label: str
    before: str
    """Empty when it is new."""
    after: str
    """Empty when it is gone."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs."""

    path: str
    kind: str
    title: str
    rows: tuple[Row, ...]
    intent: str = ""
    """The question it belongs to, to link to."""


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Return what differs, by file."""
    paths = sorted(before.keys() | after.keys())
    return tuple(
        _change(path, before.get(path), after.get(path), {**before, **after})
        for path in paths
        if before.get(path) != after.get(path)
    )


def line_title(name: str, start: str = "r", resume: str | None = None) -> str:
    """Return what a spoken line is called on the screen, from its *name* in the file."""
    if name == start:
        return "Première phrase"
    if name == resume:
        return "Reprise"
    if name.startswith("r."):
        return f"Autre entrée : {name[2:]}"
    if found := re.fullmatch(r"e(\d+)", name):
        return f"Étape {found[1]}"
    if found := re.fullmatch(r"q(\d*)", name):
        return f"Question {found[1]}".strip()
    return name.replace("-", " ").replace(".", " · ").capitalize()


def _change(path: str, before: bytes | None, after: bytes | None, files: Mapping[str, bytes]) -> Change:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    intent = stem.partition(".")[0] if folder in ("faq", "phrasings", "recordings") else ""
    known = _tree(files.get(f"faq/{intent}.yaml"))
    title = str(known.get("question", stem)) if isinstance(known, dict) else stem
    intent = intent if known else ""
    kind = KINDS.get(folder) or FILES.get(name, "Réglages du contenu")
    if name == INCIDENTS:
        message = Row("Message", _told_incidents(before), _told_incidents(after))
        return Change(path, kind, "Ce que les appelants entendent d'abord", (message,))
    if folder == "recordings":
        return Change(path, kind, title, (_recording(stem, before, after),), intent)
    rows = tuple(_rows(_flat(_tree(before)), _flat(_tree(after))))
    return Change(path, kind, title, rows or (Row("Présentation du fichier", "", ""),), intent)


def _told_incidents(content: bytes | None) -> str:
    tree = _tree(content)
    entries = tree if isinstance(tree, list) else []
    return "\n".join(f"{each['text']} (du {each['from']} au {each['until']})" for each in entries)


def _recording(prompt: str, before: bytes | None, after: bytes | None) -> Row:
    told = {True: "un enregistrement", False: ""}
    return Row(
        line_title(prompt.partition(".")[2] or prompt), told[before is not None], told[after is not None]
    )


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Row]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, ""), after.get(key, "")
        if old != new:
            yield Row(_label(key), old, new)


def _label(key: str) -> str:
    first, _, rest = key.partition("/")
    if first == "lines" and rest:
        name, _, what = rest.rpartition("/")
        return line_title(name) if what == "text" else f"{line_title(name)} : {what}"
    return FIELDS.get(first, first) if not rest or first in FIELDS else f"{first} : {rest}"


def _tree(content: bytes | None) -> object:
    if content is None:
        return {}
    try:
        return yaml.load(content, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}


def _flat(tree: object, path: str = "") -> dict[str, str]:
    """Every text of *tree* by its path; an item of a list is its own name, so that order does not matter."""
    if isinstance(tree, dict):
        found: dict[str, str] = {}
        for key, value in tree.items():
            found |= _flat(value, f"{path}/{key}" if path else str(key))
        return found
    if isinstance(tree, list):
        found = {}
        for item in tree:
            if isinstance(item, dict) and item.keys() == {"written", "spoken"}:
                found[str(item["written"])] = str(item["spoken"])
            elif isinstance(item, str):
                found[f"{path}/{item}"] = item
            else:
                found |= {f"{path}/{key}": text for key, text in _flat(item).items()}
        return found
    return {path: str(tree).strip()}
