"""The composition root: builds everything once, serves calls, drains.

The only module that knows every part; it decides nothing about a call.
"""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType

import structlog

from ivr.backoffice import BackOffice
from ivr.call import Observer, run_call, unobserved
from ivr.config import Settings
from ivr.desk import LiveDesk
from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.ports import Caller
from ivr.health import HttpServer, health_app
from ivr.live import LiveKnowledge, open_publisher
from ivr.progress import Progress
from ivr.speech import recognizers
from ivr.speech.decoding import Decoding
from ivr.speech.ear import Ears
from ivr.speech.lexicon import load_lexicon
from ivr.speech.prompts import PromptStore
from ivr.speech.recordings import Recordings
from ivr.speech.synthesizers import start_synthesizer
from ivr.telephony.ami import AmiClient
from ivr.telephony.caller import caller_from
from ivr.telephony.channel import AsteriskChannel
from ivr.telephony.fastagi import AgiSession, FastAgiServer
from ivr.telephony.media import MediaServer
from ivr.telephony.ticker import Ticker

log = structlog.get_logger()

ESSENTIAL = ("err.1", "err.2", "err.fin", "tr.libre", "tr.ferme.sans-horaires", "nav.instant")
"""Prompts kept in memory, so that a dead synthesiser can still apologise and hand off."""

Observers = Callable[[str, Caller], Observer]
"""Makes the observer of one call, from its id and what is known of the caller."""


def nobody_watches(call_id: str, caller: Caller) -> Observer:
    """The observers of a server whose calls are not recorded."""
    return unobserved


class Server:
    """Answers calls from ``async with`` to its end."""

    def __init__(
        self, settings: Settings, observers: Observers = nobody_watches, progress: Progress | None = None
    ) -> None:
        self.settings = settings
        self.active: set[str] = set()
        """Ids of the calls in progress."""
        self.ready = False
        """Whether new calls are welcome."""
        self._observers = observers
        self._progress = progress or Progress()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Server":
        """Build and start; the audio listener opens first, so that Asterisk never dials a dead port."""
        async with AsyncExitStack() as stack:
            await self._load(stack)
            await self._connect(stack)
            self._stack = stack.pop_all()
        self.ready = True
        log.info("server.ready", agi=self.agi.address, media=self.media.address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ready = False
        await self._stack.aclose()
        log.info("server.stopped")

    async def _load(self, stack: AsyncExitStack) -> None:
        """Everything that takes time and may be wrong: content, model, voice."""
        settings = self.settings
        with self._progress.step("questions and answers"):
            self.publisher = await asyncio.to_thread(open_publisher, settings)
        with self._progress.step(f"speech model {settings.recognition.model.name}"):
            recognizer = await asyncio.to_thread(recognizers.create, settings.recognition)
        self.office = BackOffice(settings, lambda: self.publisher.current)
        await self.office.open(stack)
        if settings.monitoring.enabled:
            await self._monitor(stack)
        self.recognizers = recognizers.RecognizerPool(recognizer)
        self._decoding = stack.enter_context(Decoding(settings.recognition.threads))
        self._ears = Ears(self.recognizers, self._decoding, settings.listening)
        synthesizer = await start_synthesizer(settings.speech)
        lexicon = load_lexicon(settings.prompts / "lexicon.yaml")
        recordings = Recordings(settings.prompts / "recordings")
        self.prompts = PromptStore(synthesizer, settings.speech, recordings, lexicon)
        stack.push_async_callback(self.prompts.aclose)
        await self.render_ahead()

    async def _monitor(self, stack: AsyncExitStack) -> None:
        checks = {**self.office.checks(), "server": lambda: "" if self.ready else "starting or stopping"}
        self.monitoring = HttpServer(
            self.settings.monitoring, health_app(self.office.metrics.registry, checks)
        )
        await self.monitoring.start()
        stack.push_async_callback(self.monitoring.aclose)

    async def _connect(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        self.ami = AmiClient(settings.ami)
        stack.push_async_callback(self.ami.aclose)
        if settings.ami.enabled:
            await self.ami.start()
        self.desk = LiveDesk(settings.desk, self.ami.board, callbacks=self.office.takes_callbacks)
        self.ticker = Ticker()
        self.ticker.start()
        stack.push_async_callback(self.ticker.aclose)
        await self.office.connect(stack, self.ami, self.ticker, self._decoding)
        self.media = MediaServer(settings.media, self.ticker)
        await self.media.start()
        stack.push_async_callback(self.media.aclose)
        self.agi = FastAgiServer(settings.agi, self._serve)
        await self.agi.start()
        stack.push_async_callback(self.agi.aclose, settings.call.drain)

    async def reload(self) -> None:
        """Publish what changed in ``prompts/``; calls in progress hear it from their next turn on.

        Raises:
            ConfigurationError: something is wrong; what is published stays.
        """
        lexicon = load_lexicon(self.settings.prompts / "lexicon.yaml")
        await asyncio.to_thread(self.publisher.reload)
        self.prompts.lexicon = lexicon
        await self.office.republished()
        await self.render_ahead()
        log.info("server.reloaded")

    async def render_ahead(self) -> None:
        """Render every line that can be heard; those that cannot are reported and tried again when needed."""
        lines = [Line(prompt, text) for prompt, text in self.publisher.current.content.spoken().items()]
        with self._progress.bar("prompts", len(lines)) as advance:
            failures = await self.prompts.render_ahead(lines, (Rate.NORMAL,), lambda done, _: advance(done))
        for failure in failures:
            log.error("prompt.not_rendered", prompt=failure.prompt, reason=failure.reason)
        await self.prompts.pin(line for line in lines if line.prompt in ESSENTIAL)

    async def _serve(self, session: AgiSession) -> None:
        """Conduct one call; whatever it raises, the dialplan brings the caller to a person."""
        call_id = uuid.uuid4().hex[:12]
        self.active.add(call_id)
        try:
            with structlog.contextvars.bound_contextvars(call=call_id):
                await self._conduct(call_id, session)
        finally:
            self.active.discard(call_id)

    async def _conduct(self, call_id: str, session: AgiSession) -> None:
        settings = self.settings
        caller = caller_from(session.environment, recorded=settings.call.record)
        observe = self.office.observer(call_id, caller, self._observers(call_id, caller))
        clock = asyncio.get_running_loop().time
        knowledge = LiveKnowledge(
            lambda: self.publisher.current, lambda understanding: observe(clock(), understanding)
        )
        talk = Conversation(knowledge, self.desk, caller, self.office.offers(), settings.call.greeting)
        channel = AsteriskChannel(session, self.media, self.prompts, self._ears, settings.call, self.ami)
        log.info("call.started", returned_from=caller.returned_from)
        await run_call(channel, Dialogue(reception(talk)), self.office.effects(call_id, caller), observe)
        log.info("call.ended")
