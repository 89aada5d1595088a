"""A process of its own for what would take the processor from calls: learning phrasings, comparing editions.

One job at a time, at low priority; results of finished comparisons are kept.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog

from ivr.errors import ConfigurationError
from ivr.knowledge import comparison, draft_evaluation
from ivr.knowledge.comparison import Difference
from ivr.knowledge.draft_evaluation import Trial
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Matcher
from ivr.knowledge.matching.evaluation import Report

log = structlog.get_logger()

NICE = 10
KEPT = 20
TRIES = 2
"""Processes that may die of one job, by lack of memory or by hand, before it is given up."""

T = TypeVar("T")


class EvaluationJob:
    """A trial that goes on."""

    task: "asyncio.Task[Trial]"

    def __init__(self) -> None:
        self.done = 0
        """Folds that are finished, of ``draft_evaluation.FOLDS``."""

    @property
    def failed(self) -> bool:
        """Whether it ended without a result."""
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)

    @property
    def result(self) -> Trial | None:
        """What came out; None while it goes on, or when it failed."""
        return self.task.result() if self.task.done() and not self.failed else None


class BackgroundJobs:
    """Learns and compares, one job after the other."""

    def __init__(self, matchers: MatcherFactory, pool: Executor | None = None) -> None:
        """The process hands over what it learned through the cache of *matchers*; *pool* replaces it."""
        self._matchers, self._pool = matchers, pool
        self._comparisons: dict[str, asyncio.Task[tuple[Difference, ...]]] = {}
        self._trials: dict[str, EvaluationJob] = {}

    async def matcher(self, folder: Path) -> Matcher:
        """Return what *folder* (``prompts/``) teaches: at once when it was learned before.

        Everything that calls hear comes through here, however it was changed. Raises ConfigurationError.
        """
        try:
            if found := await asyncio.to_thread(comparison.known, folder, self._matchers):
                return found
            await self._run(comparison.prepare, folder, self._matchers)
            return await asyncio.to_thread(comparison.matcher, folder, self._matchers)
        except FileNotFoundError as error:  # the folder is gone, or a file of it
            raise ConfigurationError(f"{error.filename}: it is not there (any more)") from None

    def comparing(
        self, key: str, before: Path, after: Path, utterances: Callable[[], "asyncio.Future[Sequence[str]]"]
    ) -> "asyncio.Task[tuple[Difference, ...]]":
        """Return the comparison named *key*, begun if it is new."""
        task = self._comparisons.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(self._compare(before, after, utterances), name="comparison")
            self._comparisons[key] = task
            for old in list(self._comparisons)[:-KEPT]:
                self._comparisons.pop(old).cancel()
        return task

    def trying(self, key: str, folder: Path, judges: Path) -> "EvaluationJob":
        """Return the trial of what *folder* teaches, named *key*, begun if it is new.

        Its labelled utterances are those of *judges* (``prompts/``): a draft has none of its own.
        """
        found = self._trials.get(key)
        if found is None or found.failed:
            found = self._trials[key] = EvaluationJob()
            found.task = asyncio.create_task(self._try(folder, judges, found), name="trial")
            for old in list(self._trials)[:-KEPT]:
                self._trials.pop(old).task.cancel()
        return found

    async def aclose(self) -> None:
        """Give up what is being computed."""
        tasks = [*self._comparisons.values(), *(each.task for each in self._trials.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def _compare(
        self, before: Path, after: Path, utterances: Callable[[], "asyncio.Future[Sequence[str]]"]
    ) -> tuple[Difference, ...]:
        texts = tuple(await utterances())
        return await self._run(comparison.compare, before, after, texts, self._matchers)

    async def _try(self, folder: Path, judges: Path, told: "EvaluationJob") -> Trial:
        material = await asyncio.to_thread(draft_evaluation.read_material, folder, judges)
        report = Report()
        for fold in range(draft_evaluation.FOLDS):
            report.take(await self._run(draft_evaluation.try_fold, material, fold, self._matchers))
            told.done = fold + 1
        utterances = await self._run(draft_evaluation.try_utterances, material, self._matchers)
        return draft_evaluation.concluded(report, utterances)

    async def _run(self, job: Callable[..., T], *arguments: object) -> T:
        """Do *job* in the process, and once more in a new one when that dies. Raises ConfigurationError."""
        for _ in range(TRIES):
            pool = self._pool = self._pool or _new_pool()
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, job, *arguments)
            except BrokenExecutor:
                log.warning("jobs.process_died", job=job.__name__)
                if self._pool is pool:  # others that it was busy for meet the same
                    self._pool = None
        raise ConfigurationError("the process that learns phrasings was killed: is there memory enough?")


def _new_pool() -> ProcessPoolExecutor:
    spawning = multiprocessing.get_context("spawn")  # the server has threads: it cannot be forked
    return ProcessPoolExecutor(1, spawning, initializer=os.nice, initargs=(NICE,))
