"""The draft: a copy of ``prompts/`` that supervisors change, always whole and always right.

Keeps files; what is wrong is said by the loaders, and then nothing is kept. Publishing is ``editions``'s.
"""

import asyncio
import filecmp
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.config import LinkSettings
from ivr.content.linting import accents_of
from ivr.content.problems import Problem, problems_in
from ivr.errors import ConfigurationError
from ivr.french.spoken import Lexicon
from ivr.knowledge.comparison import fingerprint
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.matching import Phrasings, load_concepts, load_phrasings
from ivr.knowledge.published import Content, load_content

Files = Mapping[str, str | bytes | None]
"""Content by path; None removes a file."""

KINDS = (".yaml", ".wav", ".flac", ".ogg", ".mp3")


class Invalid(Exception):
    """A change that cannot be kept."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.remedy for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything in one folder of prompts, read and checked."""

    content: Content
    phrasings: Phrasings
    lexicon: Lexicon
    accents: Mapping[str, str]
    """Words that are always written with an accent, by their form without."""


def load(folder: Path, links: Mapping[str, LinkSettings]) -> Loaded:
    """Read and check everything in *folder*. Raises ConfigurationError, naming every mistake."""
    content = load_content(folder, links)
    phrasings = load_phrasings(folder / "phrasings")
    load_concepts(folder / "synonyms.yaml")
    written = (*content.spoken().values(), *(answer.display for answer in content.faq.answers.values()))
    return Loaded(content, phrasings, load_lexicon(folder / "lexicon.yaml"), accents_of(written))


def paths_in(folder: Path) -> frozenset[str]:
    """Return the files that make an edition, relative to *folder*."""
    found = (path for path in folder.rglob("*") if path.suffix in KINDS and path.is_file())
    return frozenset(
        name.as_posix() for path in found if not (name := path.relative_to(folder)).name.startswith(".")
    )


def changed(before: Path, after: Path) -> tuple[str, ...]:
    """Return the files that differ between two folders."""
    both = paths_in(before) | paths_in(after)
    return tuple(sorted(name for name in both if not _same(before / name, after / name)))


def write(path: Path, content: bytes) -> None:
    """Write *path* whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


class Draft:
    """One draft for the whole team, beside what is published."""

    def __init__(self, home: Path, published: Path, links: Mapping[str, LinkSettings]) -> None:
        """*home* holds the draft and what it was made from."""
        self._draft, self.base = home / "draft", home / "base"
        self._published, self._links = published, links
        self._loaded: dict[Path, tuple[object, Loaded]] = {}
        self._lock = asyncio.Lock()

    @property
    def exists(self) -> bool:
        """Whether there is a draft at all."""
        return self._draft.is_dir()

    @property
    def folder(self) -> Path:
        """The draft, or what is published while there is none."""
        return self._draft if self.exists else self._published

    @property
    def changes(self) -> tuple[str, ...]:
        """The files that were changed in the draft; compares them all, so :meth:`touched` for the loop."""
        return changed(self.base, self._draft) if self.exists else ()

    async def touched(self) -> tuple[str, ...]:
        """Return :attr:`changes`, compared in a thread."""
        return await asyncio.to_thread(lambda: self.changes)

    async def fingerprints(self) -> tuple[str, str]:
        """Return digests of what is published and of the draft, as phrasings teach; alike without a draft.

        Whoever asks takes no lock: a draft that is published or dropped meanwhile is none.
        """
        return await asyncio.to_thread(self._fingerprints)

    def text(self, path: str) -> str:
        """Return a file of the draft; empty when there is none."""
        try:
            return (self.folder / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    async def loaded(self) -> Loaded:
        """Return what the draft says."""
        return await self._load(self.folder)

    async def published(self) -> Loaded:
        """Return what callers hear now."""
        return await self._load(self._published)

    async def save(self, files: Files) -> None:
        """Write *files* into the draft, made if there is none.

        Raises:
            Invalid: the draft would be wrong; it stays as it was.
        """
        await self.change(lambda: files)

    async def change(self, make: Callable[[], Files]) -> None:
        """Write what *make* returns, which reads the draft in a thread while nobody else changes it.

        What *make* raises is raised; the draft then stays as it was. Raises Invalid as :meth:`save` does.
        """
        async with self._lock:
            await asyncio.to_thread(self._change, make)

    async def drop(self) -> None:
        """Forget the draft."""
        async with self._lock:
            await asyncio.to_thread(self._drop)

    def _fingerprints(self) -> tuple[str, str]:
        published = fingerprint(self._published)
        try:
            return published, fingerprint(self.folder)
        except (FileNotFoundError, ConfigurationError):
            if self.exists:
                raise
            return published, published

    async def _load(self, folder: Path) -> Loaded:
        stamp = await asyncio.to_thread(_stamp, folder)
        known = self._loaded.get(folder)
        if known is None or known[0] != stamp:
            known = stamp, await asyncio.to_thread(load, folder, self._links)
            self._loaded[folder] = known
        return known[1]

    def _change(self, make: Callable[[], Files]) -> None:
        made = {path: _encoded(content) for path, content in make().items()}
        files = {path: content for path, content in made.items() if content != _bytes(self.folder / path)}
        if not files:
            return
        if not self.exists:
            self._begin()
        try:
            self._save(files)
        finally:
            if not self.changes:
                self._drop()

    def _begin(self) -> None:
        self._drop()
        _copy(self._published, self.base)
        half = self._draft.with_suffix(".part")
        _copy(self.base, half)
        half.rename(self._draft)

    def _save(self, files: Mapping[str, bytes | None]) -> None:
        before = {path: _bytes(self._draft / path) for path in files}
        for path, content in files.items():
            self._put(path, content)
        try:
            load(self._draft, self._links)
        except ConfigurationError as error:
            for path, content in before.items():
                self._put(path, content)
            raise Invalid(problems_in(error, self._draft)) from None

    def _put(self, path: str, content: bytes | None) -> None:
        target = self._draft / path
        if content is None:
            target.unlink(missing_ok=True)
        else:
            write(target, content)

    def _drop(self) -> None:
        for folder in (self._draft, self._draft.with_suffix(".part"), self.base):
            shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in paths_in(source):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target / name)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def _encoded(content: str | bytes | None) -> bytes | None:
    return content.encode() if isinstance(content, str) else content


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _stamp(folder: Path) -> object:
    names = sorted(paths_in(folder))
    return tuple((name, (found := (folder / name).stat()).st_mtime_ns, found.st_size) for name in names)
