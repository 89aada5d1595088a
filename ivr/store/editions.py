"""Editions of ``prompts/``: their files by content hash, so that every turn says what could be heard.

Reads; publishes nothing. The console names editions alike (a test holds them together).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ID_LENGTH = 16
KINDS = frozenset({".yaml", ".wav", ".flac", ".ogg", ".mp3"})


@dataclass(frozen=True, slots=True)
class Edition:
    """What can be heard at one moment."""

    id: str
    """Hash of the contents: the same files are the same edition."""
    files: Mapping[str, str]
    """Path below ``prompts/`` → text, or ``sha256:…`` of a recording."""


def read_edition(folder: Path) -> Edition:
    """Return the edition in *folder*. Raises OSError."""
    files = {
        path.relative_to(folder).as_posix(): _kept(path.read_bytes())
        for path in folder.rglob("*")
        if path.suffix in KINDS and not path.name.startswith(".") and path.is_file()
    }
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return Edition(digest.hexdigest()[:ID_LENGTH], files)


def _kept(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"sha256:{hashlib.sha256(content).hexdigest()}"
