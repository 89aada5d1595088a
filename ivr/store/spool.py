"""The write-ahead spool: records reach the disk before the database, and wait there as long as it takes.

``put`` returns at once, whatever the disk does. One thread appends and syncs; what it has written outlives
the process. Reading is for one consumer, who reports what it has stored; that is then removed.
"""

import fcntl
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from ivr.errors import ConfigurationError
from ivr.store.records import Record, decode

log = structlog.get_logger()

SYNC_SECONDS = 0.2
"""A power cut can take what was written within this time; a killed process loses nothing written."""
QUEUE_LENGTH = 20_000
SEGMENT_BYTES = 4 * 2**20
READ_BYTES = 256 * 1024
SUFFIX = ".spool"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records read from one segment."""

    records: list[Record]
    segment: Path
    end: int
    """Bytes of the segment up to the end of the last record."""
    damaged: int
    """Lines that could not be read: torn by a power cut."""


@dataclass(slots=True)
class SpoolCounts:
    """What happened so far."""

    written: int = 0
    overflowed: int = 0
    """Records lost because the queue or the disk's share was full."""
    failed: int = 0
    """Records lost because the disk refused them."""


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int = 0


class Spool:
    """Segments in one folder, the last one growing. Belongs to one process at a time."""

    def __init__(
        self, folder: Path, limit: int, written: Callable[[], None] = lambda: None, length: int = QUEUE_LENGTH
    ) -> None:
        """*limit*: bytes on disk; *written* is called in the spool's thread after each write.

        Raises:
            ConfigurationError: the folder cannot be used, or another process uses it.
        """
        self.counts = SpoolCounts()
        self._limit, self._written, self._length = limit, written, length
        self._queue: queue.SimpleQueue[tuple[Record, Future[None] | None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._promised: list[Future[None]] = []
        self._read = 0
        self._full = False
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._guard = _guard(folder)
            self._open(folder)
        except OSError as error:
            raise ConfigurationError(f"[store] spool = {folder}: {error.strerror}") from None
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Records not on disk yet."""
        return self._queue.qsize()

    @property
    def full(self) -> bool:
        """Whether records are being lost."""
        return self._full or self._queue.qsize() >= self._length

    @property
    def backlog(self) -> int:
        """Bytes on disk that are not stored yet."""
        return sum(segment.size for segment in tuple(self._segments)) - self._read

    def put(self, record: Record) -> bool:
        """Take *record*; return whether there was room. Never blocks, never raises."""
        if self.full:
            self._overflow()
            return False
        self._queue.put((record, None))
        return True

    def put_durably(self, record: Record) -> "Future[None]":
        """Take *record*; the future ends when it is safe from a power cut, or with OSError."""
        promise: Future[None] = Future()
        self._queue.put((record, promise))
        return promise

    def take(self) -> Batch | None:
        """Return the oldest records not stored yet; None when there are none. Reads the disk."""
        with self._lock:
            segment, start = self._segments[0], self._read
            size, current = segment.size, segment is self._segments[-1]
        if start >= size:
            if current:
                return None
            self._drop_oldest()
            return self.take()
        with segment.path.open("rb") as file:
            file.seek(start)
            content = file.read(min(READ_BYTES, size - start))
            if not content.endswith(b"\n"):
                content += file.readline()
        records, damaged = _decoded(content)
        return Batch(records, segment.path, start + len(content), damaged)

    def stored(self, batch: Batch) -> None:
        """Remove *batch*, which is safe elsewhere."""
        with self._lock:
            assert self._segments[0].path == batch.segment
            self._read = batch.end
            segment = self._segments[0]
            if self._read < segment.size:
                return
            if segment is self._segments[-1]:
                os.ftruncate(self._file, 0)
                segment.size = self._read = 0
                self._full = False
                return
        self._drop_oldest()

    def stop(self) -> None:
        """Write and sync what was put; take no more. What is on disk can still be read."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def close(self) -> None:
        """Stop, and let go of the folder. What was not stored waits for the next start."""
        self.stop()
        os.close(self._file)
        last = self._segments[-1]
        if not last.size:
            last.path.unlink(missing_ok=True)
        os.close(self._guard)

    def _open(self, folder: Path) -> None:
        found = sorted(folder.glob(f"*{SUFFIX}"))
        self._folder = folder
        self._segments = deque(_Segment(path, path.stat().st_size) for path in found)
        self._number = int(found[-1].stem) if found else 0
        self._file = -1
        self._begin_segment()

    def _begin_segment(self) -> None:
        self._number += 1
        path = self._folder / f"{self._number:010}{SUFFIX}"
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 0o600)
        previous, self._file = self._file, opened
        self._segments.append(_Segment(path))
        if previous >= 0:
            self._synced(previous)
            os.close(previous)

    def _drop_oldest(self) -> None:
        with self._lock:
            segment = self._segments.popleft()
            self._read = 0
            self._full = False
        segment.path.unlink(missing_ok=True)

    def _overflow(self) -> None:
        self.counts.overflowed += 1
        if self.counts.overflowed in (1, 100) or self.counts.overflowed % 10_000 == 0:
            log.error("spool.overflow", lost=self.counts.overflowed, waiting=self._queue.qsize())

    # In the thread.

    def _run(self) -> None:
        due: float | None = None
        while True:
            try:
                items = self._all_waiting(None if due is None else max(0.0, due - time.monotonic()))
            except queue.Empty:
                items = []
            if items:
                self._write([item for item in items if item is not None])
                due = due or time.monotonic() + SYNC_SECONDS
            closing = None in items
            if closing or self._promised or (due and time.monotonic() >= due):
                self._sync()
                due = None
            if closing:
                return

    def _all_waiting(self, seconds: float | None) -> list[tuple[Record, "Future[None] | None"] | None]:
        """Wait for the first item, and take all that are behind it. Raises queue.Empty after *seconds*."""
        items = [self._queue.get(timeout=seconds)]
        items += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        return items

    def _write(self, items: list[tuple[Record, "Future[None] | None"]]) -> None:
        self._promised += [promise for _, promise in items if promise is not None]
        if items:
            self._append(b"".join(record.encode() for record, _ in items), len(items))

    def _append(self, content: bytes, count: int) -> None:
        with self._lock:
            segment = self._segments[-1]
            try:
                _write_all(self._file, content)
            except OSError as error:
                self._refused(error, count, segment)
                return
            segment.size += len(content)
            self.counts.written += count
            if segment.size > SEGMENT_BYTES:
                with suppress(OSError):  # no other file can be had now: this one grows
                    self._begin_segment()
        self._full = self.backlog > self._limit
        self._written()

    def _refused(self, error: OSError, count: int, segment: _Segment) -> None:
        self.counts.failed += count
        log.error("spool.not_written", reason=error.strerror, lost=self.counts.failed)
        os.ftruncate(self._file, segment.size)  # no half line may stay
        self._break_promises(error)

    def _sync(self) -> None:
        if self._synced(self._file):
            promised, self._promised = self._promised, []
            for promise in promised:
                promise.set_result(None)

    def _synced(self, file: int) -> bool:
        try:
            os.fsync(file)
        except OSError as error:
            log.error("spool.not_synced", reason=error.strerror)
            self._break_promises(error)
            return False
        return True

    def _break_promises(self, error: OSError) -> None:
        promised, self._promised = self._promised, []
        for promise in promised:
            promise.set_exception(error)


def _decoded(content: bytes) -> tuple[list[Record], int]:
    records, damaged = [], 0
    for line in content.splitlines():
        try:
            records.append(decode(line))
        except ValueError:
            damaged += 1
    return records, damaged


def _write_all(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _guard(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise ConfigurationError(f"[store] spool = {folder}: another server uses this folder") from None
    return handle
