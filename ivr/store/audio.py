"""The sound of what callers said: one WAV file per utterance, in a folder of its own.

Written by a thread of its own: nobody waits for it but a caller who wants his deleted. A file's name says in
which turn, never who spoke; whether it may stay is decided by the turn that names it.
"""

import io
import os
import queue
import re
import shutil
import threading
import wave
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import structlog

from ivr.background import Background
from ivr.errors import ConfigurationError

log = structlog.get_logger()

RATE = 8000
WAITING_BYTES = 32 * 2**20
"""More than this waiting for the disk is lost: half an hour of speech."""
FREE_BYTES = 2**30
"""The database and the spool need the disk more than sound does."""
LATEST_DAYS = 2
"""Folders in which a call in progress may have sound: it may have begun before midnight."""
_NAME = re.compile(r"\d{4}-\d\d-\d\d/(?P<call>[\w-]+)-(?P<number>\d+)\.wav")


@dataclass(slots=True)
class AudioCounts:
    """What happened so far."""

    written: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Sound:
    name: str
    slin: bytes


@dataclass(frozen=True, slots=True)
class _Forgetting:
    call: str
    number: int | None
    done: "Future[None]"


class AudioArchive:
    """Keeps sound. Belongs to one process; others may read and remove."""

    def __init__(
        self,
        folder: Path,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        background: Background | None = None,
    ) -> None:
        """*free* says how many bytes the disk of *folder* has left; *background* watches the thread.

        Raises:
            ConfigurationError: the folder cannot be used.
        """
        self.counts = AudioCounts()
        self.problem = ""
        """Why the last utterance was not kept; empty when it was."""
        self._folder, self._free = folder, free
        self._queue: queue.SimpleQueue[_Sound | _Forgetting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigurationError(f"[store] audio_folder = {folder}: {error.strerror}") from None
        self._thread = (background or Background()).thread("audio", self._run)

    def put(self, name: str, slin: bytes) -> bool:
        """Take 8 kHz *slin*; return whether there was room. Never blocks, never raises."""
        with self._lock:
            full = self._waiting + len(slin) > WAITING_BYTES
            self._waiting += 0 if full else len(slin)
        if full:
            self._lose("the disk is too slow")
            return False
        self._queue.put(_Sound(name, slin))
        return True

    def forget(self, call: str, number: int | None = None) -> "Future[None]":
        """Delete what was kept of *call*, or of its turn *number*; the future ends when it is gone, or fails.

        It is deleted all the same when nobody waits for the future any more.
        """
        forgetting = _Forgetting(call, number, Future())
        self._queue.put(forgetting)
        return forgetting.done

    def stop(self) -> None:
        """Write what was put; take no more."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    # In the thread.

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            match item:
                case _Sound(name, slin):
                    try:
                        self._keep(name, slin)
                    finally:
                        with self._lock:
                            self._waiting -= len(slin)
                case _Forgetting(call, number, done):
                    self._forget(call, number, done)

    def _keep(self, name: str, slin: bytes) -> None:
        try:
            if self._free(self._folder) < FREE_BYTES:
                self._lose("the disk is nearly full")
                return
            _write(self._folder / name, slin)
            self.counts.written += 1
            self.problem = ""
        except OSError as error:
            self._lose(error.strerror or type(error).__name__)

    def _forget(self, call: str, number: int | None, done: "Future[None]") -> None:
        waited_for = done.set_running_or_notify_cancel()  # from here on it cannot be cancelled
        try:
            days = sorted(self._folder.iterdir())[-LATEST_DAYS:]
            names = [name for day in days for name in _files(day)]
            which = [name for name in names if (turn := turn_of(name, call)) and number in (None, turn[1])]
            remove(self._folder, which)
        except Exception as error:  # boundary: whoever waits must learn of it, whatever it is
            log.error("audio.not_forgotten", call=call, reason=str(error))
            if waited_for:
                done.set_exception(error)
        else:
            if waited_for:
                done.set_result(None)

    def _lose(self, reason: str) -> None:
        self.counts.lost += 1
        self.problem = reason
        if self.counts.lost in (1, 100) or self.counts.lost % 10_000 == 0:
            log.error("audio.not_kept", reason=reason, lost=self.counts.lost)


def name_of(day: str, call: str, number: int) -> str:
    """Return where the sound of one turn is kept, relative to the folder; *day* is ``2026-11-23``."""
    return f"{day}/{call}-{number}.wav"


def turn_of(name: str, call: str | None = None) -> tuple[str, int] | None:
    """Return the call and the turn of a file; None for a foreign one, or for one of another than *call*."""
    match = _NAME.fullmatch(name)
    if match is None or call not in (None, match["call"]):
        return None
    return match["call"], int(match["number"])


def files(folder: Path) -> list[str]:
    """Return the names of all sounds in *folder*; foreign files are left out."""
    if not folder.is_dir():
        return []
    return [name for day in sorted(folder.iterdir()) for name in _files(day)]


def remove(folder: Path, names: Iterable[str]) -> None:
    """Delete sounds; those that are not here are gone already."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _files(day: Path) -> list[str]:
    names = (f"{day.name}/{path.name}" for path in day.glob("*.wav"))
    return [name for name in names if turn_of(name)]


def _write(path: Path, slin: bytes) -> None:
    content = io.BytesIO()
    with wave.open(content, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(slin)
    with os.fdopen(_opened(path), "wb") as file:
        file.write(content.getbuffer())


def _opened(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:  # the day's first
        path.parent.mkdir(exist_ok=True, mode=0o700)
        return os.open(path, flags, 0o600)
