"""What callers say, as supervisors wrote it down: ``prompts/phrasings/*.yaml``.

Reads and checks; learns nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.dialogue.understanding import Command, Reject
from ivr.errors import ConfigurationError
from ivr.knowledge.document import Problems, Table, parse_table
from ivr.knowledge.files.remedies import Code

RESERVED = ("commands", "out-of-scope", "guards", "several", "torn", "replies")
"""File names that are no intents."""

_NO_TABLE = parse_table("{}", "", Problems())
_REJECTS = tuple(reject for reject in Reject if reject not in (Reject.NO_MATCH, Reject.UNSURE))
"""What ``out-of-scope.yaml`` has lines of; « je ne sais pas » is among the replies."""


@dataclass(frozen=True, slots=True)
class Several:
    """One utterance and several intents: of several questions, in the order of mention."""

    text: str
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Everything the matcher learns from."""

    intents: Mapping[str, tuple[str, ...]]
    commands: Mapping[Command, tuple[str, ...]] = field(default_factory=dict)
    rejects: Mapping[Reject, tuple[str, ...]] = field(default_factory=dict)
    emergency: tuple[str, ...] = ()
    false_alarms: tuple[str, ...] = ()
    """« C'est urgent », « il ne s'enregistre pas »: sounds like a guard's line, and is none."""
    no_recording: tuple[str, ...] = ()
    several: tuple[Several, ...] = ()
    torn: tuple[Several, ...] = ()
    """One question that each of several answers would fit: « j'ai perdu mon mot de passe »."""
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Replies to a pending question: ``unknown``, ``first``, ``second``, ``third``, ``both``, ``neither``…"""

    def fingerprint(self) -> str:
        """Return a digest of the content: equal data, equal digest."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:24]


def load_phrasings(directory: Path) -> Phrasings:
    """Read every ``*.yaml`` of *directory*; one file per intent, and those with the reserved names.

    Raises:
        ConfigurationError: one line per problem, each naming file and line.
    """
    try:
        texts = {str(path): path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.yaml"))}
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{directory}: a file is not UTF-8 ({error.reason}): save it in UTF-8"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from None
    if not texts:
        raise ConfigurationError(f"{directory}: no phrasings (*.yaml) here; set `prompts` in ivr.toml")
    return parse_phrasings(texts)


def parse_phrasings(texts: Mapping[str, str]) -> Phrasings:
    """Read phrasings from the *texts* of files by path (a git revision has no directory).

    Raises:
        ConfigurationError: as :func:`load_phrasings`.
    """
    problems = Problems()
    tables = {Path(path).stem: parse_table(text, path, problems) for path, text in texts.items()}
    intents = {name: _intent(name, table) for name, table in tables.items() if name not in RESERVED}
    reserved = {name: tables.get(name, _NO_TABLE) for name in RESERVED}
    guards, outside = reserved["guards"], reserved["out-of-scope"]
    replies = _lists(reserved["replies"].table("replies"))
    unsure = replies.get("unknown", ())
    found = Phrasings(
        intents=intents,
        commands=_commands(reserved["commands"]),
        rejects={reject: outside.texts(reject) for reject in _REJECTS} | {Reject.UNSURE: unsure},
        emergency=guards.texts("emergency"),
        false_alarms=guards.texts("false-alarms"),
        no_recording=guards.texts("no-recording"),
        several=_several(reserved["several"], "several", intents),
        torn=_several(reserved["torn"], "torn", intents),
        replies=replies,
    )
    for table in tables.values():
        table.finish()
    problems.check()
    return found


def _intent(name: str, table: Table) -> tuple[str, ...]:
    if table.text("intent") != name:
        table.complain("intent", Code.INTENT_NAME(file=Path(table.place.file).name, intent=name))
    lines = table.texts("phrasings")
    if not lines:
        table.complain("phrasings", Code.NO_PHRASINGS())
    return lines


def _commands(table: Table) -> dict[Command, tuple[str, ...]]:
    lists = table.table("commands")
    if lists is None:
        return {}
    for name in lists.names():
        if name not in list(Command):
            lists.complain(name, Code.UNKNOWN_COMMAND(known=", ".join(Command)))
    return {command: lists.texts(command) for command in Command if lists.has(command)}


def _several(table: Table, key: str, known: Mapping[str, object]) -> tuple[Several, ...]:
    entries = []
    for entry in table.tables(key):
        intents = entry.texts("intents")
        for intent in intents:
            if intent not in known:
                entry.complain("intents", Code.UNKNOWN_INTENT(intent=intent))
        entries.append(Several(entry.text("text"), intents))
    return tuple(entries)


def _lists(table: Table | None) -> dict[str, tuple[str, ...]]:
    return {} if table is None else {name: table.texts(name) for name in table.names()}
