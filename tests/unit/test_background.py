"""What background work promises: whoever dies is told, counted, and begun again."""

import asyncio
import threading

import pytest
from structlog.testing import capture_logs

from ivr.background import Background

pytestmark = pytest.mark.unit


async def until_ends(background: Background, times: int) -> None:
    async with asyncio.timeout(10):
        while background.works()[0].ends < times:
            await asyncio.sleep(0.001)


async def test_a_task_that_dies_is_told_and_begun_again() -> None:
    """The log names it, the problem is shown until it goes on."""
    background = Background(pauses=(0.01, 3600))
    lives = 0

    async def work() -> None:
        nonlocal lives
        lives += 1
        raise KeyError("a bug")

    with capture_logs() as logged:
        task = background.task("recorder", work)
        await until_ends(background, 2)
    assert lives == 2
    assert background.problems() == {"recorder": "KeyError: 'a bug'"}
    assert [(line["event"], line["work"], line["times"]) for line in logged] == [
        ("background.ended", "recorder", 1),
        ("background.ended", "recorder", 2),
    ]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert background.problems() == {}


async def test_work_that_goes_on_again_has_no_problem() -> None:
    """But its end stays counted."""
    background = Background(pauses=(0.0,))
    going = asyncio.Event()

    async def work() -> None:
        if not background.works()[0].ends:
            raise OSError("once")
        going.set()
        await asyncio.Event().wait()

    task = background.task("ami", work)
    async with asyncio.timeout(10):
        await going.wait()
    assert background.problems() == {}
    assert [(work.name, work.ends) for work in background.works()] == [("ami", 1)]
    task.cancel()


async def test_a_task_cancelled_by_what_it_waits_for_has_died() -> None:
    """Nobody wanted it to stop; to be cancelled oneself is another matter."""
    background = Background(pauses=(0.0,))
    waited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waited.cancel()
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        await (waited if begun == 1 else asyncio.Event().wait())

    task = background.task("following", work)
    await until_ends(background, 1)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert background.works()[0].ends == 1


async def test_work_that_returns_is_done() -> None:
    """It is not begun again."""
    background = Background()

    async def work() -> None:
        """Nothing to do."""

    await background.task("once", work)
    assert (background.problems(), background.works()[0].ends) == ({}, 0)


def test_a_thread_that_dies_is_begun_again() -> None:
    """Whatever it raised, also what is no ordinary error."""
    background = Background(thread_pauses=(0.0,))
    raised = iter((ValueError("a bug"), SystemExit(3)))

    def work() -> None:
        for error in raised:
            raise error

    thread = background.thread("spool", work)
    thread.join(10)
    assert not thread.is_alive()
    assert [(work.name, work.ends, work.problem) for work in background.works()] == [("spool", 2, "")]
    assert threading.current_thread() is not thread
