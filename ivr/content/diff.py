"""What differs between two editions, as a supervisor sees it: which text, before and after.

Pure: compares contents of files, reads none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import yaml

from ivr.content.vocabulary import (
    FIELDS,
    PROMPT_GROUPS,
    STEP_FIELDS,
    line_titles,
    prompt_group,
    prompt_title,
    value_name,
)

KINDS = {
    "faq": "Question",
    "lines": "Messages communs",
    "phrasings": "Formulations",
    "recordings": "Voix enregistrée",
}
LONG = 4
"""Lines from which only those of a text that differ are shown."""
INCIDENTS = "incidents.yaml"
DESK = "desk.yaml"
FILES = {
    "disambiguation.yaml": "Choix",
    DESK: "Horaires et files",
    "lexicon.yaml": "Prononciation",
    INCIDENTS: "Message d'incident",
}
DESK_FIELDS = {
    "holidays": "Fermé les jours fériés",
    "holidays-of": "Jours fériés de",
    "queue": "File des conseillers",
    "technical-queue": "File du service technique",
}
LIST_FIELDS = {
    "asks": "Liste : l'appelant demande si…",
    "slot": "Liste : nom remplacé",
    "unknown": "Liste : ce qui n'y est pas",
    "unless": "Liste : il la veut toute",
}
WAYS_IN = ("openings", "known", "catalogue/items")
"""Lists whose rows are told by what the caller says."""
TITLES = {
    "disambiguation": "Questions à départager",
    "lexicon": "Comment la voix lit les mots",
    "out-of-scope": "Ce qui est hors sujet",
    "several": "Deux questions à la fois",
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
    files = {**before, **after}
    labels = _labels(files)
    return tuple(
        _change(path, before.get(path), after.get(path), files, labels)
        for path in paths
        if before.get(path) != after.get(path)
    )


def _labels(files: Mapping[str, bytes]) -> dict[str, str]:
    """What questions are called, by intent."""
    found = re.compile(rb"^label: *(.+?)\s*$", re.MULTILINE)
    paths = {path: found.search(text) for path, text in files.items() if path.startswith("faq/")}
    return {PurePath(path).stem: hit[1].decode().strip("'\"") for path, hit in paths.items() if hit}


def _change(
    path: str,
    before: bytes | None,
    after: bytes | None,
    files: Mapping[str, bytes],
    labels: dict[str, str],
) -> Change:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    intent = stem.partition(".")[0] if folder in ("faq", "phrasings", "recordings") else ""
    known = _tree(files.get(f"faq/{intent}.yaml"))
    title = str(known.get("question", stem)) if isinstance(known, dict) else stem
    title = TITLES.get(title, title)
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
        row = _recording(stem, before, after, shared=not intent)
        return Change(path, kind, title if intent else prompt_group(stem), (row,), intent, after is None)
    if folder == "lines":
        title = prompt_group(stem)
    old, new = _tree(before), _tree(after)
    titles = labels | _titles(old) | _titles(new)
    rows = tuple(_rows(_flat(old), _flat(new), titles))
    return Change(
        path, kind, title, rows or (Row("Ordre, ou présentation du fichier", "", ""),), intent, after is None
    )


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


def _recording(prompt: str, before: bytes | None, after: bytes | None, *, shared: bool) -> Row:
    told = {True: "un enregistrement", False: ""}
    name = prompt.partition(".")[2] or prompt
    title = prompt_title(prompt) if shared else line_titles([name])[name]
    return Row(title, told[before is not None], told[after is not None])


def _titles(tree: object) -> dict[str, str]:
    lines = tree.get("lines") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(lines, dict):
        return {}
    return line_titles(list(lines), str(tree.get("start", "r")), str(tree.get("resume", "")))


def _rows(before: Mapping[str, str], after: Mapping[str, str], titles: Mapping[str, str]) -> Iterator[Row]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, ""), after.get(key, "")
        if old != new:
            yield Row(_label(key, titles), *_shortened(*(_named(key, each, titles) for each in (old, new))))


def _named(key: str, value: str, titles: Mapping[str, str]) -> str:
    if key.startswith("openings/"):
        return ", puis ".join(titles.get(each, each) for each in value.split(", ")) if value else ""
    listed = key.startswith(("follow-ups/", "questions/", "several/")) or key == "catalogue/unknown"
    is_step = key.startswith("catalogue/items/") and key.endswith("/line")
    named_as = "go" if listed or is_step or "«" in key else key.rpartition("/")[2]
    return value and value_name(named_as, value, titles)


def _shortened(old: str, new: str) -> tuple[str, str]:
    """Of two long texts, the lines that differ."""
    before, after = old.splitlines(), new.splitlines()
    if min(len(before), len(after)) < LONG:
        return old, new
    kept = [(line, line not in after) for line in before], [(line, line not in before) for line in after]
    old_lines, new_lines = ([line for line, differs in lines if differs] for lines in kept)
    return ("\n".join(old_lines), "\n".join(new_lines)) if old_lines or new_lines else (old, new)


def _label(key: str, titles: Mapping[str, str]) -> str:
    first, *rest = key.split("/", 3)
    if first == "lines" and len(rest) > 1:
        line = titles.get(rest[0], rest[0])
        what = " ".join((STEP_FIELDS.get(rest[1], rest[1]), *rest[2:]))
        return line if rest[1] == "text" else f"{line} : {what}"
    if first == "questions" and rest:
        return f"Choix « {prompt_title(rest[0])} »"
    if first.partition(".")[0] in PROMPT_GROUPS and not rest:
        return prompt_title(first)
    if first == "several":
        return "Phrases à deux questions"
    if first in ("anywhere", "openings") and rest:
        return f"{FIELDS[first]} : {rest[-1]}"
    if first == "known" and len(rest) > 1:
        return f"{FIELDS[first]}, {titles.get(rest[0], rest[0])} : {rest[-1]}"
    if first == "catalogue" and rest:
        return _label_listed(rest)
    return FIELDS.get(first, first) if not rest or first in FIELDS else f"{first} : {'/'.join(rest)}"


def _label_listed(rest: Sequence[str]) -> str:
    if rest[0] == "items" and len(rest) > 1:
        return f"Liste, {rest[1]} : {'étape' if rest[2:] else 'mots'}"
    return LIST_FIELDS.get(rest[0], rest[0])


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
            elif isinstance(item, dict) and path in WAYS_IN:
                found |= _way_in(path, item)
            elif isinstance(item, str):
                found[f"{path}/{item}"] = item
            else:
                found |= {f"{path}/{key}": text for key, text in _flat(item).items()}
        return found
    return {path: str(tree).strip()}


def _way_in(path: str, item: Mapping[str, object]) -> dict[str, str]:
    """One opening, one reply known beforehand, one thing of a list: by what the caller says."""
    said = _quoted(item.get("when") or item.get("say"))
    if path == "openings":
        steps = item.get("path")
        return {f"{path}/{said}": ", ".join(steps) if isinstance(steps, list) else str(item.get("start", ""))}
    if path == "known":
        return {f"{path}/{item.get('line')}/{said}": str(item.get("reply", ""))}
    return {f"{path}/{item.get('name')}": said, f"{path}/{item.get('name')}/line": str(item.get("line", ""))}


def _said(branch: Mapping[str, object]) -> str:
    """What a caller says to be led somewhere."""
    given = branch.get("given")
    after = f" après {_quoted(given)}" if isinstance(given, list) else ""
    return _quoted(branch.get("reply") or branch.get("word") or branch.get("say")) + after


def _quoted(said: object) -> str:
    return f"« {', '.join(map(str, said)) if isinstance(said, list) else said} »"
