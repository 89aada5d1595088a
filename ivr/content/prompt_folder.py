"""The folder that callers hear, and beside it what is needed to replace it: a candidate, recordings, a note.

Files only; what is published, and by whom, is ``editions``'s. A replacement that was interrupted is finished.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.config import LinkSettings
from ivr.content.draft import Invalid, load, paths_in, write
from ivr.content.merging import BINARY, Kept
from ivr.content.problems import problems_in
from ivr.errors import ConfigurationError

UNFINISHED = ".publication"
"""In the published folder while its files are being replaced: a server that died goes on where it stopped."""
INSTALLED = "installed.json"
ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Installed:
    """The publication that the folder was made from."""

    publication: int
    edition: str


def edition_of(kept: Kept) -> str:
    """Return the name of an edition, by what is kept of its files; that of the store's records."""
    digest = hashlib.sha256()
    for name, text in sorted(kept.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:ID_LENGTH]


class Shelf:
    """One server's ``prompts/``."""

    def __init__(self, folder: Path, home: Path, links: Mapping[str, LinkSettings]) -> None:
        """*folder* is what callers hear; *home* is ours."""
        self._folder, self._home, self._links = folder, home, links
        self._recordings = home / "recordings"

    @property
    def installed(self) -> Installed | None:
        """What the folder was made from; None at the very first start."""
        try:
            return Installed(**json.loads((self._home / INSTALLED).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def remember(self, installed: Installed) -> None:
        """Note what the folder was made from."""
        if installed != self.installed:
            write(self._home / INSTALLED, json.dumps(asdict(installed)).encode())

    def read(self, folder: Path | None = None) -> dict[str, str]:
        """Return what is kept of *folder*, or of what callers hear; its recordings are kept here."""
        folder = folder or self._folder
        return {name: self._keep((folder / name).read_bytes()) for name in sorted(paths_in(folder))}

    def content(self, kept: str) -> bytes:
        """Return a file's content. Raises FileNotFoundError: the recording is not here."""
        if kept.startswith(BINARY):
            return self.recording(kept.removeprefix(BINARY))
        return kept.encode()

    def recording(self, digest: str) -> bytes:
        """Return a recording. Raises FileNotFoundError."""
        return (self._recordings / digest).read_bytes()

    def lacking(self, kept: Kept) -> frozenset[str]:
        """Return the digests of the recordings of *kept* that are not here."""
        digests = recordings_in(kept)
        return frozenset(each for each in digests if not (self._recordings / each).is_file())

    def add_recording(self, digest: str, content: bytes) -> None:
        """Keep a recording that came from elsewhere."""
        write(self._recordings / digest, content)

    def candidate(self, kept: Kept) -> Path:
        """Return a folder with these files, read and checked.

        Raises:
            Invalid: this version of the server does not accept them.
        """
        candidate = self._home / "candidate"
        for name in paths_in(candidate) - kept.keys() if candidate.is_dir() else ():
            (candidate / name).unlink()
        for name, text in kept.items():
            self._put(candidate / name, text)
        try:
            load(candidate, self._links)
        except ConfigurationError as error:
            raise Invalid(problems_in(error, candidate)) from None
        return candidate

    def install(self, kept: Kept, as_: Installed) -> None:
        """Replace what differs; the note of what remains to do survives a crash."""
        write(self._folder / UNFINISHED, json.dumps(dict(kept)).encode())
        self.finish()
        self.remember(as_)

    def finish(self) -> None:
        """Go on where an interrupted replacement stopped."""
        note = self._folder / UNFINISHED
        if not note.is_file():
            return
        wanted: dict[str, str] = json.loads(note.read_bytes())
        for name, kept in wanted.items():
            self._put(self._folder / name, kept)
        for name in paths_in(self._folder) - wanted.keys():
            (self._folder / name).unlink()
        note.unlink()

    def _put(self, path: Path, kept: str) -> None:
        content = self.content(kept)
        if not path.is_file() or path.read_bytes() != content:
            write(path, content)

    def _keep(self, content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError:
            digest = hashlib.sha256(content).hexdigest()
            if not (self._recordings / digest).is_file():
                self.add_recording(digest, content)
            return BINARY + digest


def recordings_in(kept: Kept) -> frozenset[str]:
    """Return the digests of the recordings of an edition."""
    return frozenset(text.removeprefix(BINARY) for text in kept.values() if text.startswith(BINARY))
