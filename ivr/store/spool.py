"""The write-ahead spool: records reach the disk before the database, and wait there as long as it takes.

``put`` returns at once, whatever the disk does. One thread appends and syncs; what it has written outlives
the process. What the disk refuses is held in memory until the consumer or the disk takes it. Reading is for
one consumer, who reports what it has stored; that is then removed.
"""

import fcntl
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from ivr.background import Background
from ivr.errors import ConfigurationError
from ivr.store.records import Record, decode

log = structlog.get_logger()

SYNC_SECONDS = 0.2
"""A power cut can take what was written within this time; a killed process loses nothing written."""
QUEUE_LENGTH = 20_000
SEGMENT_BYTES = 4 * 2**20
READ_BYTES = 256 * 1024
HELD_TOGETHER = 500
"""Records read at once of those that the disk refused."""
REFUSED_SECONDS = 1.0
"""So long a disk that has just refused is left in peace."""
SUFFIX = ".spool"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records read from one segment, or from those that the disk refused."""

    records: list[Record]
    segment: Path | None
    """None: never on disk."""
    end: int
    """Bytes of the segment up to the end of the last record; without a segment, which refusal they are of."""
    damaged: int
    """Lines that could not be read: torn by a power cut."""


@dataclass(slots=True)
class SpoolCounts:
    """What happened so far."""

    written: int = 0
    overflowed: int = 0
    """Records lost because the queue or the disk's share was full."""
    failed: int = 0
    """Records lost because the disk refused them and memory had no more room, or that no line can hold."""


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int = 0


class Spool:
    """Segments in one folder, the last one growing. Belongs to one process at a time."""

    def __init__(
        self,
        folder: Path,
        limit: int,
        written: Callable[[], None] = lambda: None,
        length: int = QUEUE_LENGTH,
        background: Background | None = None,
    ) -> None:
        """*limit*: bytes on disk; *written* is called in the spool's thread after each write.

        *length*: records in memory; *background* watches the thread.

        Raises:
            ConfigurationError: the folder cannot be used, or another process uses it.
        """
        self.counts = SpoolCounts()
        self._limit, self._written, self._length = limit, written, length
        self._queue: queue.Queue[tuple[Record, Future[None] | None] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._promised: list[Future[None]] = []
        self._held: deque[Record] = deque()
        """Refused by the disk, and all that came after them: order matters more than the disk."""
        self._refusals = 0
        self._again = 0.0
        self._due: float | None = None
        self._read = 0
        self._full = self._torn = self._closing = False
        self.problem = ""
        """Why the disk takes nothing; empty while it does."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._guard = _guard(folder)
            self._open(folder)
        except OSError as error:
            raise ConfigurationError(f"[store] spool = {folder}: {error.strerror}") from None
        self._thread = (background or Background()).thread("spool", self._run)

    @property
    def waiting(self) -> int:
        """Records not on disk yet, nor elsewhere: put, and not through the thread's hands, or held."""
        return self._queue.unfinished_tasks + len(self._held)

    @property
    def full(self) -> bool:
        """Whether records are being lost."""
        return self._full or self.waiting >= self._length

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
                return self._take_held()
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
        if batch.segment is None:
            self._stored_held(batch)
            return
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
        if self._held:
            self.counts.failed += len(self._held)
            log.error("spool.not_written", reason=self.problem, lost=self.counts.failed)
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

    def _take_held(self) -> Batch | None:
        with self._lock:
            held = [self._held[place] for place in range(min(HELD_TOGETHER, len(self._held)))]
            return Batch(held, None, self._refusals, 0) if held else None

    def _stored_held(self, batch: Batch) -> None:
        with self._lock:
            if batch.end == self._refusals:  # else the disk took them meanwhile: twice does no harm
                for _ in batch.records:
                    self._held.popleft()

    def _overflow(self) -> None:
        self.counts.overflowed += 1
        if self.counts.overflowed in (1, 100) or self.counts.overflowed % 10_000 == 0:
            log.error("spool.overflow", lost=self.counts.overflowed, waiting=self.waiting)

    # In the thread.

    def _run(self) -> None:
        while not self._closing:
            items = self._all_waiting()
            if None in items:
                self._closing = True
                self._queue.task_done()
            self._write([item for item in items if item is not None])
            if items and self._due is None:
                self._due = time.monotonic() + SYNC_SECONDS
            if self._closing or self._promised or (self._due and time.monotonic() >= self._due):
                self._due = None
                self._sync()

    def _all_waiting(self) -> list[tuple[Record, "Future[None] | None"] | None]:
        """Wait for the first item, or until a sync is due; take all that are behind it."""
        seconds = None if self._due is None else max(0.0, self._due - time.monotonic())
        try:
            items = [self._queue.get(timeout=seconds)]
        except queue.Empty:
            return []
        items += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        return items

    def _write(self, items: list[tuple[Record, "Future[None] | None"]]) -> None:
        lines: list[tuple[Record, bytes, Future[None] | None]] = []
        for record, promise in items:
            # A promise that nobody waits for any more cannot be answered; its record is kept all the same.
            waited_for = promise if promise is not None and promise.set_running_or_notify_cancel() else None
            try:
                lines.append((record, record.encode(), waited_for))
            except (TypeError, ValueError) as error:  # UnicodeEncodeError is one
                self.counts.failed += 1
                log.error("spool.unwritable", kind=record.kind, reason=str(error))
                self._queue.task_done()
                _settle([waited_for], OSError(str(error)))
        if lines:
            self._append(lines)

    def _append(self, lines: list[tuple[Record, bytes, "Future[None] | None"]]) -> None:
        refusal = self._try_disk(b"".join(line for _, line, _ in lines), len(lines))
        for _ in lines:
            self._queue.task_done()
        if refusal is None:
            self._promised += [promise for _, _, promise in lines if promise is not None]
        else:
            _settle([promise for _, _, promise in lines], refusal)
            self._hold([record for record, _, promise in lines if promise is None])
        self._full = self.backlog > self._limit
        self._written()

    def _try_disk(self, content: bytes, count: int) -> OSError | None:
        """Append what is held and *content*; return why the disk refused."""
        if self._held and time.monotonic() < self._again and not self._closing:
            return OSError(self.problem)
        with self._lock:
            segment = self._segments[-1]
            held = b"".join(record.encode() for record in self._held)
            try:
                _write_all(self._file, (b"\n" if self._torn else b"") + held + content)
            except OSError as error:
                self._refused(error, segment)
                return error
            self.counts.written += count + len(self._held)
            self._held.clear()
            self._refusals += 1
            segment.size += self._torn + len(held) + len(content)
            self._torn, self.problem = False, ""
            if segment.size > SEGMENT_BYTES:
                with suppress(OSError):  # no other file can be had now: this one grows
                    self._begin_segment()
        return None

    def _hold(self, records: list[Record]) -> None:
        with self._lock:
            room = max(0, self._length - len(self._held))
            self._held.extend(records[:room])
        self.counts.failed += len(records[room:])

    def _refused(self, error: OSError, segment: _Segment) -> None:
        self._again = time.monotonic() + REFUSED_SECONDS
        if not self.problem:
            log.error("spool.not_written", reason=error.strerror, consequence="records wait in memory")
        self.problem = error.strerror or type(error).__name__
        try:
            os.ftruncate(self._file, segment.size)  # no half line may stay
        except OSError:  # then it is ended, and counted as damaged, before the next one
            segment.size = os.fstat(self._file).st_size
            self._torn = True

    def _sync(self) -> None:
        if self._synced(self._file):
            promised, self._promised = self._promised, []
            _settle(promised)

    def _synced(self, file: int) -> bool:
        try:
            os.fsync(file)
        except OSError as error:
            log.error("spool.not_synced", reason=error.strerror)
            promised, self._promised = self._promised, []
            _settle(promised, error)
            return False
        return True


def _settle(promises: Iterable["Future[None] | None"], error: OSError | None = None) -> None:
    for promise in promises:
        if promise is not None and error is not None:
            promise.set_exception(error)
        elif promise is not None:
            promise.set_result(None)


def _decoded(content: bytes) -> tuple[list[Record], int]:
    records, damaged = [], 0
    for line in filter(None, content.split(b"\n")):
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
