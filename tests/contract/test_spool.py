"""What the spool promises: what was written is read again, what is stored is gone, nothing raises."""

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from ivr.store import spool as module
from ivr.store.records import Kind, Record
from ivr.store.spool import Spool

pytestmark = pytest.mark.contract

MEGABYTE = 2**20


def record(number: int, size: int = 10) -> Record:
    return Record(Kind.TURN, {"call": "c", "number": number, "text": "é" * size})


def drain(spool: Spool) -> list[int]:
    """Store everything; return the numbers in their order."""
    numbers: list[int] = []
    while batch := spool.take():
        numbers += [stored.row["number"] for stored in batch.records]
        spool.stored(batch)
    return numbers


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


def test_records_come_out_in_order_and_leave_nothing(tmp_path: Path) -> None:
    """Many segments, one order; afterwards the disk is free again."""
    spool = Spool(tmp_path, 100 * MEGABYTE)
    for number in range(3000):
        assert spool.put(record(number, 2000))
    spool.stop()
    assert len(segments(tmp_path)) > 1
    assert drain(spool) == list(range(3000))
    assert (spool.backlog, spool.take()) == (0, None)
    spool.close()
    assert segments(tmp_path) == []


def test_the_next_process_reads_what_was_left(tmp_path: Path) -> None:
    """Stored in part, torn by a power cut: what can be read is read, from the first one not stored."""
    first = Spool(tmp_path, MEGABYTE)
    for number in range(3):
        first.put(record(number))
    first.close()
    with segments(tmp_path)[-1].open("ab") as file:
        file.write(b'["turn",{"call":"c","num')
    second = Spool(tmp_path, MEGABYTE)
    second.put(record(3))
    second.stop()
    batch = second.take()
    assert batch is not None
    assert (len(batch.records), batch.damaged) == (3, 1)
    assert drain(second) == [0, 1, 2, 3]
    second.close()


def test_a_record_longer_than_a_read_is_whole(tmp_path: Path) -> None:
    """An edition of all the texts is one long line."""
    spool = Spool(tmp_path, 10 * MEGABYTE)
    spool.put(record(0, MEGABYTE))
    spool.put(record(1))
    spool.stop()
    assert drain(spool) == [0, 1]
    spool.close()


def test_a_full_spool_takes_no_more_until_something_is_stored(tmp_path: Path) -> None:
    """The bound holds, what is lost is counted, and room that comes back is used."""
    spool = Spool(tmp_path, 1000)
    promises = [spool.put_durably(record(number, 500)) for number in range(2)]
    for promise in promises:
        promise.result(10)
    assert not spool.put(record(2))
    assert (spool.full, spool.counts.overflowed) == (True, 1)
    assert drain(spool) == [0, 1]
    assert spool.put(record(3))
    spool.stop()
    assert drain(spool) == [3]
    spool.close()


def test_a_queue_that_is_full_refuses(tmp_path: Path) -> None:
    """Records that come faster than the disk takes them are counted, not kept in memory for ever."""
    spool = Spool(tmp_path, MEGABYTE, length=0)
    assert not spool.put(record(0))
    assert spool.counts.overflowed == 1
    spool.close()


def test_a_disk_that_refuses_breaks_promises_not_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No space: who waits is told, no half line stays, and the next record is taken."""

    def no_space(file: int, content: memoryview) -> int:
        os.pwrite(file, bytes(content[:5]), 0)
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path, MEGABYTE)
    with monkeypatch.context() as patched:
        patched.setattr(module, "_write_all", no_space)
        with pytest.raises(OSError, match="No space"):
            spool.put_durably(record(0)).result(10)
    spool.put_durably(record(1)).result(10)
    assert (spool.counts.failed, spool.problem) == (0, "")
    assert drain(spool) == [1]
    spool.close()


def refuse(patched: pytest.MonkeyPatch, what: str = "No space left on device") -> None:
    def refused(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, what)

    patched.setattr(module, "_write_all", refused)


def test_a_record_on_its_way_to_the_disk_is_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of the queue and not written yet, it is still counted."""
    writing, may_end = threading.Event(), threading.Event()
    write_all = module._write_all

    def slowly(file: int, content: bytes) -> None:
        writing.set()
        assert may_end.wait(10)
        write_all(file, content)

    monkeypatch.setattr(module, "_write_all", slowly)
    spool = Spool(tmp_path, MEGABYTE)
    spool.put(record(0))
    assert writing.wait(10)
    assert (spool.waiting, spool.backlog) == (1, 0)
    may_end.set()
    spool.put_durably(record(1)).result(10)
    assert (spool.waiting, drain(spool)) == (0, [0, 1])
    spool.close()


def test_what_the_disk_refuses_waits_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumer gets it after what is on disk, in order; what it does not take goes to the disk later."""
    monkeypatch.setattr(module, "REFUSED_SECONDS", 0.0)
    spool = Spool(tmp_path, MEGABYTE)
    spool.put_durably(record(0)).result(10)
    with monkeypatch.context() as patched:
        refuse(patched)
        for number in (1, 2):
            spool.put(record(number))
        with pytest.raises(OSError, match="No space"):
            spool.put_durably(record(99)).result(10)
        assert (spool.problem, spool.waiting) == ("No space left on device", 2)
        assert drain(spool) == [0, 1, 2]
        assert (spool.waiting, spool.counts.failed) == (0, 0)
        spool.put(record(3))
        with pytest.raises(OSError, match="No space"):
            spool.put_durably(record(99)).result(10)
        batch = spool.take()
    spool.put_durably(record(4)).result(10)
    assert (spool.problem, spool.waiting) == ("", 0)
    assert batch is not None
    spool.stored(batch)  # the disk was quicker: twice does no harm, never does a harm
    assert drain(spool) == [3, 4]
    spool.close()


def test_memory_has_a_bound_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past it records are counted as lost, and whoever asks is told that they are being lost."""
    refuse(monkeypatch)
    spool = Spool(tmp_path, MEGABYTE, length=3)
    for number in range(3):
        spool.put(record(number))
        with pytest.raises(OSError, match="No space"):
            spool.put_durably(record(99)).result(10)
    assert spool.full
    assert not spool.put(record(3))
    spool.close()
    assert (spool.counts.overflowed, spool.counts.failed) == (1, 3)


def test_a_disk_that_became_read_only_leaves_the_thread_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even half a line can be removed: it is ended before the next one, and counted as damaged."""
    spool = Spool(tmp_path, MEGABYTE)

    def half(file: int, content: bytes) -> None:
        os.write(file, content[:5])
        raise OSError(errno.EROFS, "Read-only file system")

    def no_cut(file: int, size: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(module, "_write_all", half)
        patched.setattr(module.os, "ftruncate", no_cut)
        with pytest.raises(OSError, match="Read-only"):
            spool.put_durably(record(0)).result(10)
    spool.put_durably(record(1)).result(10)
    damaged, numbers = 0, []
    while batch := spool.take():
        damaged += batch.damaged
        numbers += [stored.row["number"] for stored in batch.records]
        spool.stored(batch)
    assert (damaged, numbers) == (1, [1])
    spool.close()


async def test_a_promise_that_nobody_waits_for_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller hung up while the disk was slow: his record is kept, and the next promise answered."""
    going, go_on = threading.Event(), threading.Event()
    real = os.fsync

    def slow(file: int) -> None:
        going.set()
        go_on.wait(10)
        real(file)

    spool = Spool(tmp_path, MEGABYTE)
    monkeypatch.setattr(module.os, "fsync", slow)
    waiting = [asyncio.wrap_future(spool.put_durably(record(number))) for number in range(2)]
    await asyncio.to_thread(going.wait, 10)
    late = asyncio.wrap_future(spool.put_durably(record(2)))
    for each in (*waiting, late):
        each.cancel()
    go_on.set()
    await asyncio.wrap_future(spool.put_durably(record(3)))
    assert drain(spool) == [0, 1, 2, 3]
    spool.close()


def test_a_record_that_no_line_can_hold_is_alone_lost(tmp_path: Path) -> None:
    """Half a character, say: it is counted, who waits is told, the others are written."""
    spool = Spool(tmp_path, MEGABYTE)
    with pytest.raises(OSError, match="surrogates"):
        spool.put_durably(Record(Kind.TURN, {"text": "\ud800"})).result(10)
    spool.put_durably(record(1)).result(10)
    assert (spool.counts.failed, drain(spool)) == (1, [1])
    spool.close()


def test_a_disk_without_room_for_another_file_goes_on_with_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more files to be had: nothing is lost, the segment grows, and is left once there is one again."""

    def no_file(path: Path, flags: int, mode: int = 0o777) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    spool = Spool(tmp_path, 100 * MEGABYTE)
    with monkeypatch.context() as patched:
        patched.setattr(module.os, "open", no_file)
        for number in range(3):
            spool.put_durably(record(number, module.SEGMENT_BYTES)).result(10)
    spool.put_durably(record(3)).result(10)
    assert len(segments(tmp_path)) == 2
    assert drain(spool) == [0, 1, 2, 3]
    spool.close()


def test_what_cannot_be_synced_is_no_kept_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the segment is full and left: who waits is told, and the thread goes on."""

    def broken(file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    spool = Spool(tmp_path, 100 * MEGABYTE)
    with monkeypatch.context() as patched:
        patched.setattr(module.os, "fsync", broken)
        for size in (10, module.SEGMENT_BYTES):
            with pytest.raises(OSError, match="Input/output"):
                spool.put_durably(record(0, size)).result(10)
    spool.put_durably(record(1)).result(10)
    spool.close()


def test_its_files_are_private(tmp_path: Path) -> None:
    """Words and numbers on disk are readable by us alone."""
    spool = Spool(tmp_path / "spool", MEGABYTE)
    spool.put_durably(record(0)).result(10)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "spool").iterdir()} == {0o600}
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    spool.close()
