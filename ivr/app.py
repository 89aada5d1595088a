"""The composition root: builds everything once, serves calls, drains.

The only module that knows every part; it decides nothing about a call.
"""

import asyncio
import gc
import uuid
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractContextManager, AsyncExitStack
from functools import partial
from time import monotonic
from types import TracebackType

import structlog

from ivr.audio.ticker import Ticker
from ivr.background import Background
from ivr.call.desk import LiveDesk
from ivr.call.driver import Observer, run_call, unobserved
from ivr.call.knowledge import LiveKnowledge, decisive, open_publisher
from ivr.call.limits import plan_of
from ivr.call.observing import BackOffice
from ivr.config import Settings
from ivr.console.accounts import Role
from ivr.console.assembly import Publishing, beginning, console, publishing
from ivr.console.services import CallParts
from ivr.content.background_jobs import BackgroundJobs
from ivr.daemon_thread import run_in_daemon_thread
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.events import HandOffRequested
from ivr.dialogue.ports import Caller
from ivr.errors import EngineError
from ivr.health import Phase, Readiness, health_app
from ivr.http_server import HttpServer
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.spoken_pieces import spoken_pieces
from ivr.log_writer import LogWriter
from ivr.node_metrics import digest_of, show_content, show_node
from ivr.progress import Progress
from ivr.speech.recognition import engines, recognizers
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.ear import Ears
from ivr.speech.synthesis.prompts import PromptStore
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.synthesizers import start_engines
from ivr.store.recorder import CallRecorder, server_name
from ivr.telephony.ami_logins import AmiLogins
from ivr.telephony.caller import caller_from
from ivr.telephony.channel import AsteriskChannel
from ivr.telephony.fastagi import AgiSession, FastAgiServer
from ivr.telephony.media import MediaServer
from ivr.telephony.queueboard import Agent, QueueFacts

log = structlog.get_logger()

ESSENTIAL = ("err.1", "err.2", "err.fin", "tr.libre", "tr.ferme.sans-horaires", "nav.instant")
"""Prompts kept in memory, so that a dead synthesiser can still apologise and hand off."""

PUBLICATIONS_SECONDS = 10.0
"""So long a new server waits for the publications before it is ready all the same."""

Observers = Callable[[str, Caller], Observer]
"""Makes the observer of one call, from its id and what is known of the caller."""


def nobody_watches(call_id: str, caller: Caller) -> Observer:
    """The observers of a server whose calls are not recorded."""
    return unobserved


class Server:
    """Answers calls from ``async with`` to its end."""

    def __init__(
        self,
        settings: Settings,
        observers: Observers = nobody_watches,
        progress: Progress | None = None,
        log_writer: LogWriter | None = None,
    ) -> None:
        """*log_writer* is what writes the log, to tell when it cannot."""
        self.background = Background()
        self._log_writer = log_writer
        self._phase = Phase.STARTING
        self.settings = settings
        self.active: set[str] = set()
        """Ids of the calls in progress."""
        self.ready = False
        """Whether new calls are welcome."""
        self._observers = observers
        self._progress = progress or Progress()
        self._channels: dict[str, AsteriskChannel] = {}
        self._rendering: asyncio.Task[None] | None = None
        self._publishing: Publishing | None = None
        self._served_from: float | None = None
        self._refreshing = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Server":
        """Build and start; the audio listener opens first, so that Asterisk never dials a dead port."""
        async with AsyncExitStack() as stack:
            await self._load(stack)
            await self._connect(stack)
            self._stack = stack.pop_all()
        # The collector leaves alone what lasts: walking the matcher would hold the loop for more than 100 ms.
        gc.collect()
        gc.freeze()
        self.ready, self._phase, self._served_from = True, Phase.SERVING, monotonic()
        log.info("server.ready", agi=self.agi.address, media=self.media.address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drain()
        await self._stack.aclose()
        log.info("server.stopped")

    def drain(self) -> None:
        """Say that no new calls are welcome; those in progress go on."""
        self.ready, self._phase = False, Phase.DRAINING

    def problems(self) -> dict[str, str]:
        """Return what somebody should know of though calls go on, by the name of the part."""
        found = self.office.problems()
        if self.settings.ami.enabled and self.ami.problem:
            found["ami"] = self.ami.problem
        if self._log_writer is not None and self._log_writer.problem:
            found["log"] = f"{self._log_writer.problem}; {self._log_writer.lost} lines lost"
        return found

    async def _load(self, stack: AsyncExitStack) -> None:
        """Everything that takes time and may be wrong: content, model, voice."""
        settings = self.settings
        with self._progress.step("questions and answers"):
            self.publisher = await run_in_daemon_thread(partial(open_publisher, settings))
        with self._progress.step(f"speech model {settings.recognition.model.name}"):
            recognizer = await asyncio.to_thread(engines.create, settings.recognition)
            self._model = await asyncio.to_thread(digest_of, settings.recognition.model)
        self.workshop = BackgroundJobs(MatcherFactory.of(settings.faq))
        stack.push_async_callback(self.workshop.aclose)
        self.office = BackOffice(settings, lambda: self.publisher.current, self.background)
        self.ami = AmiLogins(settings.ami, self.background, plan_of(settings.numbers), self.office.told)
        await self.office.open(stack)
        if settings.monitoring.enabled:
            await self._monitor(stack)
        self.recognizers = recognizers.RecognizerPool(recognizer)
        self._decoding = stack.enter_context(Decoding(settings.recognition.threads, self.background))
        self.decides = decisive(lambda: self.publisher.current)
        self._ears = Ears(
            self.recognizers,
            self._decoding,
            settings.listening,
            decisive=self.decides,
            with_sound=settings.store.enabled and settings.store.audio,
        )
        lexicon = load_lexicon(settings.prompts / "lexicon.yaml")
        recordings = Recordings(settings.prompts / "recordings")
        voices = await start_engines(settings.speech)
        self.prompts = PromptStore(voices, settings.speech, recordings, lexicon)
        stack.push_async_callback(self.prompts.aclose)
        stack.push_async_callback(self._stop_rendering)
        await self._begin_to_speak()

    async def _monitor(self, stack: AsyncExitStack) -> None:
        readiness = Readiness(self._phase_shown, self.office.checks(), self.problems)
        metrics = self.office.metrics
        if (writer := self._log_writer) is not None:
            lost = "Log lines that could not be written"
            metrics.total("ivr_log_lines_lost", lost, lambda: float(writer.lost))
        name = server_name(self.settings.store)
        limit = self.settings.agi.connections
        show_node(metrics, name, draining=lambda: self._phase is Phase.DRAINING, calls_limit=limit)
        show_content(metrics, lambda: self.office.edition, lambda: self._model)
        app = health_app(metrics.registry, readiness)
        self.monitoring = HttpServer(self.settings.monitoring, app, self.background)
        await self.monitoring.start()
        stack.push_async_callback(self.monitoring.aclose)

    def _phase_shown(self) -> Phase:
        """Serving only once what is published has been taken: a new server must not say what is outdated."""
        taken = self._publishing is None or self._publishing.begun.is_set()
        late = self._served_from is not None and monotonic() > self._served_from + PUBLICATIONS_SECONDS
        return Phase.STARTING if self._phase is Phase.SERVING and not (taken or late) else self._phase

    async def _connect(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        stack.push_async_callback(self.ami.aclose)
        if settings.ami.enabled:
            await self.ami.start()
        self.ticker = Ticker(background=self.background)
        self.ticker.start()
        stack.push_async_callback(self.ticker.aclose)
        await self.office.connect(stack, self.ami, self.ticker, self._decoding)
        self.media = MediaServer(settings.media, self.ticker)
        await self.media.start()
        stack.push_async_callback(self.media.aclose)
        self.agi = FastAgiServer(settings.agi, self._serve)
        await self.agi.start()
        stack.push_async_callback(self.agi.aclose, settings.call.drain)
        if self.office.recorder is not None:
            followed = publishing(
                settings, self.office.recorder, self.workshop, self.refresh, self.background
            )
            self._publishing = await stack.enter_async_context(followed)
            if settings.console.enabled:
                await self._open_console(stack, self.office.recorder, self._publishing)

    async def _open_console(
        self, stack: AsyncExitStack, recorder: CallRecorder, published: Publishing
    ) -> None:
        shared = CallParts(self.recognizers, self._decoding, self.ticker)
        opened = console(self.settings, recorder, published, self, shared)
        app, parts = await stack.enter_async_context(opened)
        self._accounts = parts.accounts
        self.console = HttpServer(self.settings.console, app, self.background)
        await self.console.start()
        stack.push_async_callback(self.console.aclose)
        await stack.enter_async_context(beginning(app, parts, published, self.console.address))

    async def invite(self) -> str:
        """Return a link with which an administrator signs up at the console, once."""
        return f"http://{self.console.address}/inscription/{await self._accounts.invite(Role.ADMIN)}"

    async def reload(self) -> None:
        """Publish what changed in ``prompts/`` and load the model again.

        Calls in progress hear the new texts from their next turn on, and keep the model they began with.

        Raises:
            IvrError: something is wrong; what is published stays.
        """
        recognizer = await asyncio.to_thread(engines.create, self.settings.recognition)
        model = await asyncio.to_thread(digest_of, self.settings.recognition.model)
        await self.refresh()
        self.recognizers.swap(recognizer)
        self._model = model
        if self._publishing is not None:
            self._publishing.following.soon()
        log.info("server.reloaded")

    async def refresh(self) -> None:
        """Bring to calls what is in ``prompts/`` now: the one way, after any publication or edit.

        New lines are rendered meanwhile, or when a caller needs them.

        Raises:
            IvrError: something is wrong; what calls hear stays.
        """
        async with self._refreshing:
            lexicon = await asyncio.to_thread(load_lexicon, self.settings.prompts / "lexicon.yaml")
            matcher = await self.workshop.matcher(self.settings.prompts)
            await asyncio.to_thread(self.publisher.adopt, matcher)
            gc.freeze()  # see __aenter__
            self.prompts.lexicon = lexicon
            await self.office.republished()
            if self._rendering is not None:
                self._rendering.cancel()
            self._rendering = self.background.task("render-ahead", self._render_again)

    def queues(self) -> dict[str, QueueFacts | None]:
        """Return what is known of the desk's queues."""
        desk = self.office.desk.settings()
        names = dict.fromkeys(name for name in (desk.queue, desk.technical_queue) if name)
        return {name: self.ami.facts(name) for name in names}

    def agents(self) -> list[Agent]:
        """Return who serves the desk's queues, each once."""
        return list({agent.name: agent for name in self.queues() for agent in self.ami.agents(name)}.values())

    def overheard(self, call: str) -> AbstractContextManager[AsyncIterable[bytes]] | None:
        """A way to listen to a call in progress; None when it has ended."""
        channel = self._channels.get(call)
        return channel.overheard() if channel is not None else None

    def hand_off(self, call: str) -> bool:
        """Give a call in progress to an agent; False when it has ended."""
        channel = self._channels.get(call)
        if channel is None:
            return False
        channel.events.put_nowait(HandOffRequested(self.office.desk.settings().queue))
        return True

    async def _render_again(self) -> None:
        try:
            await self.render_ahead()
        except EngineError as error:
            log.error("prompt.not_rendered", reason=str(error))

    async def _stop_rendering(self) -> None:
        if self._rendering is not None:
            self._rendering.cancel()
            await asyncio.gather(self._rendering, return_exceptions=True)

    async def _begin_to_speak(self) -> None:
        """Have every line ready, if need be by the spare voice; render what is missing beside the calls."""
        content = self.publisher.current.content
        lines, pieces = content.voiced(), spoken_pieces(content)
        with self._progress.step("prompts"):
            await self.prompts.prepare(lines, pieces)
            await self.prompts.pin(line for line in lines if line.prompt in ESSENTIAL)
        if self.prompts.missing(lines):
            self._rendering = self.background.task("render-ahead", self._render_again)

    async def render_ahead(self) -> None:
        """Render every line that can be heard; those that cannot are reported and tried again when needed."""
        content = self.publisher.current.content
        lines, pieces = content.voiced(), spoken_pieces(content)
        await self.prompts.prepare(lines, pieces)
        failures = await self.prompts.render_ahead(lines, pieces=pieces)
        for failure in failures:
            log.error("prompt.not_rendered", prompt=failure.prompt, reason=failure.reason)
        await self.prompts.pin(line for line in lines if line.prompt in ESSENTIAL)

    async def _serve(self, session: AgiSession) -> None:
        """Conduct one call; whatever it raises, the dialplan brings the caller to a person."""
        await session.get_variable("IVR_RESULT")  # who does not answer is no Asterisk: no call is made of it
        call_id = uuid.uuid4().hex[:12]
        await session.set_variable("IVR_CALL", call_id)  # what comes back with what became of a message
        self.active.add(call_id)
        try:
            with structlog.contextvars.bound_contextvars(call=call_id):
                await self._conduct(call_id, session)
        finally:
            self.active.discard(call_id)
            self._channels.pop(call_id, None)

    async def _conduct(self, call_id: str, session: AgiSession) -> None:
        settings = self.settings
        caller = caller_from(session.environment, recorded=settings.call.record)
        observe = self.office.observer(call_id, caller, self._observers(call_id, caller))
        clock = asyncio.get_running_loop().time
        knowledge = LiveKnowledge(
            lambda: self.publisher.current, lambda understanding: observe(clock(), understanding)
        )
        board = self.ami.board_of(session.environment.unique_id)
        desk = LiveDesk(self.office.desk, board, callbacks=self.office.takes_callbacks)
        talk = Conversation(knowledge, desk, caller, self.office.offers(), settings.call.greeting)
        channel = AsteriskChannel(
            session, self.media, self.prompts, self._ears, settings.call, self.ami, desk.queue_named
        )
        self._channels[call_id] = channel
        log.info("call.started", returned_from=caller.returned_from)
        await run_call(channel, Dialogue(reception(talk)), self.office.effects(call_id, caller), observe)
        log.info("call.ended")
