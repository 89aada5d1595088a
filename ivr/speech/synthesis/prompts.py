"""Every prompt as sound: a person's recording, else the synthesiser's, rendered once per content.

Never renders in the event loop. Keeps on disk only texts that the FAQ and the prompts contain: a line with a
caller's number in it stays in memory.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog

from ivr.audio.frame import silence
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line, Rate
from ivr.errors import EngineError
from ivr.french.spoken import Lexicon, spoken
from ivr.knowledge.lexicon import load_lexicon
from ivr.speech.synthesis.prompt_files import PromptFiles, PromptMemory
from ivr.speech.synthesis.recordings import Recording, Recordings
from ivr.speech.synthesis.rendering import Chain
from ivr.speech.synthesis.synthesizers import Synthesizer, start_synthesizer

MEMORY = 64 * 1024 * 1024
"""Bytes of rendered sound, over an hour of it."""
AT_ONCE = 2
"""Prompts in the making when rendering ahead: one at the engine, one in the chain."""

LEXICON = "lexicon.yaml"
RECORDINGS = "recordings"

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """What one rendering is made from."""

    key: str
    text: str
    rate: Rate
    recording: Recording | None
    keep: bool
    """Whether it may be written to disk."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that could not be rendered ahead."""

    prompt: str
    reason: str


async def open_prompts(folder: Path, settings: SpeechSettings) -> "PromptStore":
    """Start the configured engine; *folder* is ``prompts/``, with ``lexicon.yaml`` and ``recordings/`` in it.

    Raises:
        ConfigurationError: the lexicon is wrong, or the engine does not work here.
    """
    lexicon = load_lexicon(folder / LEXICON)
    return PromptStore(await start_synthesizer(settings), settings, Recordings(folder / RECORDINGS), lexicon)


class PromptStore:
    """Satisfies the channel's ``Voice``."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        settings: SpeechSettings,
        recordings: Recordings,
        lexicon: Lexicon | None = None,
    ) -> None:
        self.lexicon = lexicon or Lexicon()
        """Replace it after an edit; what it changes is rendered anew, the rest is not."""
        self.rendered = 0
        """How many prompts were made rather than found: a metric."""
        self._synthesizer = synthesizer
        self._recordings = recordings
        self._timeout = settings.timeout
        self._chain = Chain(settings.loudness)
        self._files = PromptFiles(settings.cache)
        self._memory = PromptMemory(MEMORY)
        self._pinned: dict[str, bytes] = {}
        self._catalogue: dict[str, str] = {}
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # One thread: two would take both cores of a small machine from the calls in progress.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="rendering")

    async def render(self, lines: tuple[Line, ...], rate: Rate) -> tuple[bytes, ...]:
        """Return the ``slin`` of each line, in whole frames and with its pause before it.

        Raises:
            EngineError: a line cannot be rendered, or not within ``speech.timeout``.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return tuple([silence(line.pause) + await self._sound(line, rate) for line in lines])
        except TimeoutError:
            raise EngineError(f"a prompt took longer than {self._timeout:g} s") from None

    async def pin(self, lines: Iterable[Line]) -> None:
        """Keep the sound of *lines* for ever, so that a dead engine can still apologise and hand off.

        Raises:
            EngineError: the engine is dead already.
        """
        for line in lines:
            sound = await self._sound(line, Rate.NORMAL)
            keys = [source.key for source in self._sources(line, Rate.NORMAL)]
            self._pinned |= {key: sound for key in keys if self._memory.get(key) is sound}

    async def catalogue(self, lines: Iterable[Line]) -> None:
        """Learn which *lines* may be kept on disk, or be there already; look for new recordings."""
        self._catalogue = {line.prompt: line.text for line in lines}
        for error in await self._in_thread(self._recordings.scan):
            log.warning("recording.unusable", reason=str(error))

    async def render_ahead(
        self,
        lines: Iterable[Line],
        rates: tuple[Rate, ...] = (Rate.NORMAL,),
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Failure]:
        """Render every line that the FAQ and the prompts contain, and ``catalogue`` them.

        *progress* is told how many of how many are done. Returns the lines that failed: the others are ready
        all the same.
        """
        lines = tuple(lines)
        await self.catalogue(lines)
        jobs = [(line, rate) for rate in rates for line in lines if "{" not in line.text]
        failures: list[Failure] = []
        done = 0
        waiting = iter(jobs)

        async def work() -> None:
            nonlocal done
            for line, rate in waiting:
                try:
                    await self._sound(line, rate)
                except EngineError as error:
                    failures.append(Failure(line.prompt, str(error)))
                done += 1
                progress(done, len(jobs))
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(work())
        return failures

    async def prune(self, unused_since: float) -> int:
        """Remove files of no present line, at any rate, not used since that POSIX time; return how many."""
        lines = [Line(prompt, text) for prompt, text in self._catalogue.items()]
        keep = {source.key for line in lines for rate in Rate for source in self._sources(line, rate)}
        return await self._in_thread(lambda: self._files.prune(keep, unused_since))

    async def aclose(self) -> None:
        """Stop the threads and the synthesiser."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._synthesizer.aclose()

    async def _sound(self, line: Line, rate: Rate) -> bytes:
        trouble = EngineError("")
        for source in self._sources(line, rate):
            try:
                return await self._made(source)
            except EngineError as error:
                trouble = error
                log.warning("prompt.failed", prompt=line.prompt, rate=int(rate), reason=str(error))
        raise trouble

    def _sources(self, line: Line, rate: Rate) -> Iterator[Source]:
        """Ways to say *line*, best first; the normal rate when a slower one fails is better than nothing."""
        known = self._catalogue.get(line.prompt)
        recording = self._recordings.find(line.prompt)
        if recording is not None and known in (None, line.text):
            yield Source(_key(self._chain.version, recording.digest), "", Rate.NORMAL, recording, keep=True)
        for each in dict.fromkeys((rate, Rate.NORMAL)):
            yield self._synthesis(line, each)

    def _synthesis(self, line: Line, rate: Rate) -> Source:
        text = _spoken(line.text, self.lexicon)
        key = _key(self._chain.version, self._synthesizer.version, str(int(rate)), text)
        return Source(key, text, rate, None, keep=self._catalogue.get(line.prompt) == line.text)

    async def _made(self, source: Source) -> bytes:
        """The lock makes all who want the same prompt at once wait for one of them to render it."""
        found = self._pinned.get(source.key) or self._memory.get(source.key)
        if found is not None:
            return found
        if source.recording is None and not source.text:
            return b""
        async with self._making.setdefault(source.key, asyncio.Lock()):
            slin = self._memory.get(source.key)
            if slin is None and source.keep:
                slin = await self._in_thread(lambda: self._files.load(source.key))
            if slin is None:
                slin = await self._render(source)
            self._memory.put(source.key, slin)
            return slin

    async def _render(self, source: Source) -> bytes:
        if source.recording is not None:
            sound = await self._in_thread(source.recording.content)
        else:
            sound = await self._synthesizer.synthesize(source.text, source.rate)
        slin = await self._in_thread(lambda: self._chain.render(sound))
        self.rendered += 1
        if source.keep:
            try:
                await self._in_thread(lambda: self._files.save(source.key, slin))
            except OSError as error:
                log.warning("prompt.not_saved", reason=str(error))
        return slin

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)


@lru_cache(1024)
def _spoken(text: str, lexicon: Lexicon) -> str:
    return spoken(text, lexicon)


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
