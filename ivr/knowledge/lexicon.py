"""Reads the pronunciation lexicon, ``prompts/lexicon.yaml``: a list of ``- {written: …, spoken: …}``.

Only reads; how entries are applied is ``ivr.french.spoken``'s business.
"""

from pathlib import Path

import yaml

from ivr.french.spoken import Entry, Lexicon
from ivr.knowledge.document import NOTE
from ivr.knowledge.files.remedies import Code, FilesRefused, Found, Remedy

KEYS = {"written", "spoken"}
HEADER = """\
# Pronunciation, applied just before synthesis: what is written, what the voice is given to read.
# Letters to be spelled stand apart (« P O E »). Whole words only, the longest first; written in lower case, an
# entry stands for any case and for its plural in -s.
"""  # noqa: E501 - as it stands in the files there are


def load_lexicon(path: Path) -> Lexicon:
    """Return the lexicon in *path*; an empty one if the file does not exist.

    Raises:
        ConfigurationError: with file and line.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return Lexicon()
    except (OSError, UnicodeDecodeError) as error:
        raise FilesRefused([Found(str(path), 1, "", Code.UNREADABLE(problem=error))]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FilesRefused([Found(str(path), line, "", Code.NO_YAML_HERE(problem=error.problem))]) from None
    if root is None:
        return Lexicon()
    if not isinstance(root, yaml.SequenceNode):
        raise _error(path, root, Code.LEXICON_LIST())
    entries: dict[str, Entry] = {}
    for node in root.value:
        entry = _entry(path, node)
        if entry.written in entries:
            raise _error(path, node, Code.LEXICON_TWICE(written=entry.written))
        entries[entry.written] = entry
    return Lexicon(entries.values())


def _entry(path: Path, node: yaml.Node) -> Entry:
    if not isinstance(node, yaml.MappingNode):
        raise _error(path, node, Code.LEXICON_ENTRY())
    values: dict[str, str] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == NOTE:
            continue
        if not isinstance(key, yaml.ScalarNode) or key.value not in KEYS:
            raise _error(path, key, Code.LEXICON_KEY())
        if not isinstance(value, yaml.ScalarNode) or not value.value.strip():
            raise _error(path, value, Code.LEXICON_EMPTY(key=key.value))
        values[key.value] = value.value.strip()
    if missing := KEYS - values.keys():
        raise _error(path, node, Code.LEXICON_MISSING(key=min(missing)))
    return Entry(**values)


def _error(path: Path, node: yaml.Node, remedy: Remedy) -> FilesRefused:
    return FilesRefused([Found(str(path), node.start_mark.line + 1, "", remedy)])
