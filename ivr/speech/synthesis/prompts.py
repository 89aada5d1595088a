"""Every prompt as sound: a person's recording, else the voice's, rendered once per content.

Never renders in the event loop. Keeps on disk only texts that the FAQ and the prompts contain: a line with a
caller's number in it stays in memory. A caller never waits for a voice that is not quick: what it has not
rendered yet is put together from pieces that it has, or said by the spare voice.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog

from ivr.audio.frame import silence
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line, Rate
from ivr.errors import EngineError
from ivr.french.spoken import Lexicon
from ivr.knowledge.lexicon import load_lexicon
from ivr.places import shared
from ivr.speech.synthesis.piecing import Pieces, put_together
from ivr.speech.synthesis.prompt_files import PromptFiles, PromptMemory
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.sources import Source, Sources
from ivr.speech.synthesis.synthesizers import Engines, start_engines

MEMORY = 64 * 1024 * 1024
"""Bytes of rendered sound, over an hour of it."""
AT_ONCE = 2
"""Prompts in the making when rendering ahead: one at the engine, one in the chain."""

PIECE = "piece"
"""Stands for the prompt of a text from which others are put together."""
SHIPPED = ("models", "voice", "rendered")

LEXICON = "lexicon.yaml"
RECORDINGS = "recordings"

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that could not be rendered ahead."""

    prompt: str
    reason: str


class NotRendered(EngineError):
    """The voice has not said this yet, and nobody can wait until it has."""


async def open_prompts(
    folder: Path, settings: SpeechSettings, shipped: ShippedPrompts | None = None
) -> "PromptStore":
    """Start the configured engine; *folder* is ``prompts/``, with ``lexicon.yaml`` and ``recordings/`` in it.

    Raises:
        ConfigurationError: the lexicon is wrong, or the engine does not work here.
    """
    lexicon = load_lexicon(folder / LEXICON)
    recordings = Recordings(folder / RECORDINGS)
    return PromptStore(await start_engines(settings), settings, recordings, lexicon, shipped)


class PromptStore:
    """Satisfies the channel's ``Voice``."""

    def __init__(
        self,
        engines: Engines,
        settings: SpeechSettings,
        recordings: Recordings,
        lexicon: Lexicon | None = None,
        shipped: ShippedPrompts | None = None,
    ) -> None:
        """*shipped*: prompts rendered by who ships them; by default ``models/voice/rendered``."""
        self.rendered = 0
        """How many prompts were made rather than found: a metric."""
        self.trouble = ""
        """Why the voice renders nothing at present; empty: it does, or nobody asked it to."""
        self._engines = engines
        self._sources = Sources(engines, settings, recordings, lexicon or Lexicon())
        self._timeout = settings.timeout
        self._files = PromptFiles(settings.cache)
        self._shipped = ShippedPrompts(shared(*SHIPPED)) if shipped is None else shipped
        self._memory = PromptMemory(MEMORY)
        self._pinned: dict[str, bytes] = {}
        self._pieces = Pieces()
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # One thread: two would take both cores of a small machine from the calls in progress.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="rendering")

    @property
    def lexicon(self) -> Lexicon:
        """Replace it after an edit; what it changes is rendered anew, the rest is not."""
        return self._sources.lexicon

    @lexicon.setter
    def lexicon(self, lexicon: Lexicon) -> None:
        self._sources.lexicon = lexicon

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

    async def speak(self, line: Line) -> bytes:
        """Return the ``slin`` of *line* at the normal rate, however long the voice takes.

        Raises:
            EngineError: neither the voice nor the spare one can say it.
        """
        await self._wake([(line, Rate.NORMAL)])
        return await self._sound(line, Rate.NORMAL, ahead=not self.trouble)

    @property
    def absent(self) -> str:
        """Why the configured voice cannot speak here, and the remedy; empty: it can, as far as is known."""
        first = self._engines.first
        reason = self.trouble or first.absent
        return f"{reason}: {first.remedy}" if reason else ""

    async def pin(self, lines: Iterable[Line]) -> None:
        """Keep the sound of *lines* for ever, so that a dead engine can still apologise and hand off.

        Raises:
            EngineError: the engine is dead already.
        """
        for line in lines:
            sound = await self._sound(line, Rate.NORMAL)
            keys = [way.memory_key for way in self._sources.of(line, Rate.NORMAL)]
            self._pinned |= {key: sound for key in keys if self._memory.get(key) is sound}

    async def catalogue(self, lines: Iterable[Line], pieces: Iterable[str] = ()) -> None:
        """Learn which *lines* may be kept on disk, or be there already; look for new recordings.

        *pieces* are texts from which lines with a value are put together.
        """
        lines = tuple(lines)
        self._sources.catalogue = {line.prompt: line.text for line in lines}
        whole = (line.text for line in lines if "{" not in line.text)
        self._sources.pieces = tuple(map(self._sources.spoken, (*pieces, *whole)))
        self._pieces = Pieces.of(self._sources.pieces)
        for error in await self._in_thread(self._sources.recordings.scan):
            log.warning("recording.unusable", reason=str(error))

    def missing(self, lines: Iterable[Line]) -> list[Line]:
        """Return those of *lines* without a value that neither a person nor the configured voice has said."""
        whole = (line for line in lines if "{" not in line.text)
        return [line for line in whole if not any(map(self._there, self._own_ways(line)))]

    async def prepare(self, lines: Iterable[Line], pieces: Iterable[str] = ()) -> None:
        """``catalogue`` them, and have the spare voice say what is missing: calls may begin."""
        lines = tuple(lines)
        await self.catalogue(lines, pieces)
        for line in lines:
            if "{" in line.text or self._there(self._sources.of(line, Rate.NORMAL)[0]):
                continue
            try:
                await self._sound(line, Rate.NORMAL)
            except EngineError as error:
                log.error("prompt.not_rendered", prompt=line.prompt, reason=str(error))

    async def render_ahead(
        self,
        lines: Iterable[Line],
        rates: tuple[Rate, ...] = (Rate.NORMAL,),
        progress: Callable[[int, int], None] = lambda done, total: None,
        pieces: Iterable[str] = (),
    ) -> list[Failure]:
        """Render every line that the FAQ and the prompts contain, then the *pieces*; ``catalogue`` them.

        *progress* is told how many of how many are done. Returns the lines that failed: the others are ready
        all the same.
        """
        lines, pieces = tuple(lines), tuple(pieces)
        await self.catalogue(lines, pieces)
        jobs = [(line, rate) for rate in rates for line in lines if "{" not in line.text]
        jobs += [(Line(PIECE, text), Rate.NORMAL) for text in pieces if not self._engines.first.quick]
        await self._wake(jobs)
        failures: list[Failure] = []
        done = 0
        waiting = iter(jobs)

        async def work() -> None:
            nonlocal done
            for line, rate in waiting:
                try:
                    await self._sound(line, rate, ahead=not self.trouble)
                except EngineError as error:
                    if line.prompt != PIECE:
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
        keep = self._sources.kept_keys()
        return await self._in_thread(lambda: self._files.prune(keep, unused_since))

    async def aclose(self) -> None:
        """Stop the threads and the engines."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._engines.aclose()

    async def _wake(self, jobs: list[tuple[Line, Rate]]) -> None:
        """Start a voice that is not quick, if there is anything for it to say."""
        self.trouble = ""
        first = self._engines.first
        if first.quick or not self.missing(line for line, _ in jobs):
            return
        try:
            await first.start()
        except EngineError as error:
            self.trouble = str(error)
            log.warning("voice.unavailable", reason=str(error), remedy=first.remedy)

    async def _sound(self, line: Line, rate: Rate, *, ahead: bool = False) -> bytes:
        trouble = EngineError("")
        for source in self._sources.of(line, rate):
            try:
                return await self._made(source, ahead=ahead)
            except NotRendered as error:
                trouble = error
                if pieced := await self._pieced(source):
                    return pieced
            except EngineError as error:
                trouble = error
                log.warning("prompt.failed", prompt=line.prompt, rate=int(rate), reason=str(error))
        raise trouble

    async def _pieced(self, whole: Source) -> bytes:
        """Return *whole* put together from pieces that are there; nothing if it cannot be."""
        pieces = self._pieces.making(whole.text)
        sources = [self._sources.piece(piece.text, whole) for piece in pieces]
        if not all(map(self._there, sources)):
            return b""
        try:
            sounds = [await self._made(source) for source in sources]
        except EngineError:
            return b""
        return put_together(pieces, sounds)

    def _own_ways(self, line: Line) -> list[Source]:
        """The ways to say *line* but for the spare voice."""
        return [way for way in self._sources.of(line, Rate.NORMAL) if not self._sources.makeshift(way)]

    def _there(self, source: Source) -> bool:
        if source.nothing:
            return True
        kept = source.key in self._shipped or self._files.has(source.key)
        return kept or source.memory_key in self._pinned or self._memory.get(source.memory_key) is not None

    async def _made(self, source: Source, *, ahead: bool = False) -> bytes:
        """The lock makes all who want the same prompt at once wait for one of them to render it."""
        name = source.memory_key
        found = self._pinned.get(name) or self._memory.get(name)
        if found is not None:
            return found
        if source.nothing:
            return b""
        async with self._making.setdefault(name, asyncio.Lock()):
            slin = self._memory.get(name) or await self._played(source, ahead)
            self._memory.put(name, slin)
            return slin

    async def _played(self, source: Source, ahead: bool) -> bytes:
        kept = await self._loaded(source)
        if kept is None:
            if not (source.quick or ahead):
                raise NotRendered("not rendered yet")
            kept = await self._render(source)
        sound = kept
        return await self._in_thread(lambda: source.fit(sound)) if source.fitted else sound

    async def _loaded(self, source: Source) -> bytes | None:
        if not source.keep:
            return None
        loaded = await self._in_thread(lambda: self._files.load(source.key))
        if loaded is None and source.key in self._shipped:
            loaded = await self._in_thread(lambda: self._shipped.load(source.key))
        return loaded

    async def _render(self, source: Source) -> bytes:
        if source.recording is not None:
            sound = await self._in_thread(source.recording.content)
        else:
            assert source.engine is not None
            sound = await source.engine.synthesize(source.text, source.rate)
        slin = await self._in_thread(lambda: source.chain.render(sound))
        self.rendered += 1
        if source.keep:
            try:
                await self._in_thread(lambda: self._files.save(source.key, slin))
            except OSError as error:
                log.warning("prompt.not_saved", reason=str(error))
        return slin

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)
