"""Rendered prompts on disk and in memory, each under the key of its content.

Blocking and not thread-safe; knows nothing of how a prompt is made.
"""

import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from ivr.audio.frame import slin_of, wav

SUFFIX = ".wav"
SEAL = hashlib.sha256().digest_size
"""Every file ends with the digest of what precedes it, where no player looks: half a file is found out."""


class PromptFiles:
    """A folder of WAV files, written whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def has(self, key: str) -> bool:
        """Whether a file is kept under *key*; that it is whole shows when it is loaded."""
        return self._path(key).is_file()

    def load(self, key: str) -> bytes | None:
        """Return the ``slin`` kept under *key*; one that is not whole is removed, and counts as missing."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            if hashlib.sha256(content[:-SEAL]).digest() == content[-SEAL:]:
                os.utime(path)
                return slin_of(content[:-SEAL])
            path.unlink()
        except OSError:
            pass
        return None

    def save(self, key: str, slin: bytes) -> None:
        """Keep *slin* under *key*. Raises OSError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        content = wav(slin)
        handle, name = tempfile.mkstemp(dir=self._directory, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content + hashlib.sha256(content).digest())
            os.replace(name, self._path(key))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def prune(self, keep: Collection[str], unused_since: float) -> int:
        """Remove what is not in *keep* and was not used since that POSIX time; return how many."""
        removed = 0
        for path in (*self._directory.glob(f"*{SUFFIX}"), *self._directory.glob("*.part")):
            if path.stem not in keep and path.stat().st_mtime < unused_since:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}{SUFFIX}"


class PromptMemory:
    """The most recently played prompts, up to a number of bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._prompts: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> bytes | None:
        """Return the prompt and count it as just played."""
        slin = self._prompts.get(key)
        if slin is not None:
            self._prompts.move_to_end(key)
        return slin

    def put(self, key: str, slin: bytes) -> None:
        """Keep a prompt; those not played for longest make room."""
        self._size += len(slin) - len(self._prompts.pop(key, b""))
        self._prompts[key] = slin
        while self._size > self._capacity:
            self._size -= len(self._prompts.popitem(last=False)[1])

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size
