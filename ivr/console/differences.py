"""What differs between two editions, as a supervisor sees it: which text, before and after.

Pure: compares contents of files, reads none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from ivr.console.vocabulary import FIELDS, STEP_FIELDS, line_titles, value_name

KINDS = {
    "faq": "Question",
    "lines": "Messages communs",
    "phrasings": "Formulations",
    "recordings": "Voix enregistrée",
}
INCIDENTS = "incidents.yaml"
DESK = "desk.yaml"
FILES = {DESK: "Horaires et files", "lexicon.yaml": "Prononciation", INCIDENTS: "Message d'incident"}
DESK_FIELDS = {
    "holidays": "Fermé les jours fériés",
    "holidays-of": "Jours fériés de",
    "queue": "File des conseillers",
    "technical-queue": "File du service technique",
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
    gone: bool = False
    """Whether the file is no more."""


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Return what differs, by file."""
    paths = sorted(before.keys() | after.keys())
    return tuple(
        _change(path, before.get(path), after.get(path), {**before, **after})
        for path in paths
        if before.get(path) != after.get(path)
    )


def _change(path: str, before: bytes | None, after: bytes | None, files: Mapping[str, bytes]) -> Change:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    intent = stem.partition(".")[0] if folder in ("faq", "phrasings", "recordings") else ""
    known = _tree(files.get(f"faq/{intent}.yaml"))
    title = str(known.get("question", stem)) if isinstance(known, dict) else stem
    intent = intent if known else ""
    kind = KINDS.get(folder) or FILES.get(name, "Réglages du contenu")
    if name == DESK:
        was, will = _told_desk(before), _told_desk(after)
        told = (Row(key, was.get(key, ""), will.get(key, "")) for key in dict.fromkeys((*was, *will)))
        changed = tuple(row for row in told if row.before != row.after)
        return Change(path, kind, "Quand et où répondent les conseillers", changed)
    if name == INCIDENTS:
        message = Row("Message", _told_incidents(before), _told_incidents(after))
        return Change(path, kind, "Ce que les appelants entendent d'abord", (message,))
    if folder == "recordings":
        return Change(path, kind, title, (_recording(stem, before, after),), intent, after is None)
    old, new = _tree(before), _tree(after)
    titles = _titles(old) | _titles(new)
    rows = tuple(_rows(_flat(old), _flat(new), titles))
    return Change(path, kind, title, rows or (Row("Présentation du fichier", "", ""),), intent, after is None)


def _told_desk(content: bytes | None) -> dict[str, str]:
    tree = _tree(content)
    if not isinstance(tree, dict):
        return {}
    week = tree.get("hours") or {}
    told = {day.capitalize(): ", ".join(spans) or "fermé" for day, spans in week.items()}
    for key, name in (("closed", "Fermeture"), ("open", "Ouverture")):
        for each in tree.get(key) or []:
            days = " – ".join(each[part] for part in ("day", "until") if part in each)
            hours = ", ".join(each.get("hours", []))
            why = " : ".join(text for text in (hours, each.get("reason", "")) if text)
            told[f"{name}, {days}"] = why or "oui"
    for key, name in DESK_FIELDS.items():
        if key in tree:
            told[name] = {"true": "oui", "false": "non"}.get(text := str(tree[key]), text)
    return told


def _told_incidents(content: bytes | None) -> str:
    tree = _tree(content)
    entries = tree if isinstance(tree, list) else []
    return "\n".join(f"{each['text']} (du {each['from']} au {each['until']})" for each in entries)


def _recording(prompt: str, before: bytes | None, after: bytes | None) -> Row:
    told = {True: "un enregistrement", False: ""}
    name = prompt.partition(".")[2] or prompt
    return Row(line_titles([name])[name], told[before is not None], told[after is not None])


def _titles(tree: object) -> dict[str, str]:
    lines = tree.get("lines") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(lines, dict):
        return {}
    return line_titles(list(lines), str(tree.get("start", "r")), str(tree.get("resume", "")))


def _rows(before: Mapping[str, str], after: Mapping[str, str], titles: Mapping[str, str]) -> Iterator[Row]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, ""), after.get(key, "")
        if old != new:
            kind = "go" if "«" in key else key.rpartition("/")[2]
            yield Row(_label(key, titles), *(each and value_name(kind, each, titles) for each in (old, new)))


def _label(key: str, titles: Mapping[str, str]) -> str:
    first, *rest = key.split("/", 3)
    if first == "lines" and len(rest) > 1:
        line = titles.get(rest[0], rest[0])
        what = " ".join((STEP_FIELDS.get(rest[1], rest[1]), *rest[2:]))
        return line if rest[1] == "text" else f"{line} : {what}"
    if first == "anywhere" and rest:
        return f"{FIELDS[first]} : {rest[-1]}"
    return FIELDS.get(first, first) if not rest or first in FIELDS else f"{first} : {'/'.join(rest)}"


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
            elif isinstance(item, dict) and "go" in item:
                found[f"{path}/{_said(item)}"] = str(item["go"])
            elif isinstance(item, str):
                found[f"{path}/{item}"] = item
            else:
                found |= {f"{path}/{key}": text for key, text in _flat(item).items()}
        return found
    return {path: str(tree).strip()}


def _said(branch: Mapping[str, object]) -> str:
    """What a caller says to be led somewhere."""
    said = branch.get("reply") or branch.get("word") or branch.get("say")
    words = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
    given = branch.get("given")
    return f"« {words} »" + (f" après « {', '.join(map(str, given))} »" if isinstance(given, list) else "")
