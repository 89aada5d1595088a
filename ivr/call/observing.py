"""What goes on beside the conversation: the record, promises to call back, links to send, metrics.

Wires its parts by the settings; a part that is not configured is not offered, and none can delay a call.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial

from ivr.audio.ticker import Ticker
from ivr.background import Background
from ivr.call.callbacks import CallbackBook, CallbackDialer
from ivr.call.desk import DeskBook
from ivr.call.driver import Observed, Observer
from ivr.call.effects import CallEffects
from ivr.call.limits import plan_of
from ivr.call.links import LinkSender
from ivr.call.messages import message_told
from ivr.config import Settings
from ivr.dialogue.ports import Caller, Offers
from ivr.errors import ConfigurationError
from ivr.folders import why_low, written_folders
from ivr.health import Check
from ivr.knowledge.published import PublishedKnowledge
from ivr.metrics import Metrics
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.store.assembly import Content
from ivr.store.editions import Edition, read_edition
from ivr.store.operations.membership import Membership
from ivr.store.recorder import CallRecorder
from ivr.store.records import edition_record
from ivr.store.retention import Keeper
from ivr.telephony.ami_logins import AmiLogins

PREPARED_SECONDS = 5.0
"""So long a start waits for the database to have its tables, before it goes on without having asked."""
JOIN_SECONDS = 30.0
"""So long it waits for a name that a server lost with its power may still hold."""
DISK_SECONDS = 60.0
"""Between two looks at the disks."""


def check_notice(settings: Settings) -> None:
    """Raise ConfigurationError when sound would be kept of callers who were not told."""
    if settings.store.audio and not settings.call.record:
        raise ConfigurationError("[store] audio = true needs [call] record = true: callers must be told")


class BackOffice:
    """The parts of one server that calls do not wait for."""

    def __init__(
        self,
        settings: Settings,
        published: Callable[[], PublishedKnowledge],
        background: Background | None = None,
    ) -> None:
        """*published* is the knowledge that new turns take; *background* watches what goes on by itself.

        Raises:
            ConfigurationError: a setting of ``[store]`` or ``[send]`` is wrong.
        """
        check_notice(settings)
        self.background = background or Background()
        self.metrics = Metrics()
        self.metrics.background(self.background)
        self.metrics.total(
            "ivr_limit_reached", "Callbacks and texts refused by [numbers]: too many in a day", self._refused
        )
        self.sender = LinkSender(settings.send, lambda key: published().link(key), settings.numbers)
        self.desk = DeskBook(settings.desk, lambda: published().content.desk)
        self.recorder: CallRecorder | None = None
        self._settings, self._published = settings, published
        self._content = Content("", frozenset())
        self._edition = Edition("", {})
        self._book: CallbackBook | None = None
        self._keeper: Keeper | None = None
        self._disks = ""

    @property
    def edition(self) -> str:
        """The digest of the texts that calls hear now."""
        return self._edition.id

    @property
    def takes_callbacks(self) -> bool:
        """Whether a promise to call back can be written down and kept."""
        return self._settings.store.enabled and self._settings.ami.enabled

    async def open(self, stack: AsyncExitStack) -> None:
        """Begin to record, until *stack* unwinds: enter it before what conducts calls."""
        await self.republished()
        settings = self._settings
        await stack.enter_async_context(self.background.running("disks", self._watch_disks))
        if not settings.store.enabled:
            return
        zone = settings.desk.timezone
        self.recorder = recorder = await stack.enter_async_context(
            CallRecorder(settings.store, lambda: self._content, zone, background=self.background)
        )
        await self._join(stack, recorder)
        ready = self.recorder.prepared.wait
        keeper = Keeper(self.recorder.database, settings.store, ready, self.background)
        self._keeper = keeper
        await keeper.start()
        stack.push_async_callback(keeper.aclose)
        self._show(self.recorder)
        self._keep_edition()

    async def _join(self, stack: AsyncExitStack, recorder: CallRecorder) -> None:
        """Refuse to start beside a server of the same name, or with another key than the others."""
        self.membership = Membership(recorder.database, recorder.server, recorder.pseudonyms.check)
        with suppress(TimeoutError):
            await asyncio.wait_for(recorder.prepared.wait(), PREPARED_SECONDS)
            await asyncio.wait_for(self.membership.join(), JOIN_SECONDS)
        stack.push_async_callback(self.membership.leave)
        # Inside: whatever it still asks of the database comes before the name is given back.
        await stack.enter_async_context(self.background.running("membership", self.membership.keep))

    async def connect(
        self, stack: AsyncExitStack, ami: AmiLogins, ticker: Ticker, decoding: Decoding
    ) -> None:
        """Begin to call back, and to show how the telephone side does."""
        waiting = "Calls whose audio waits for a decoding thread"
        self.metrics.gauge("ivr_decoding_waiting", waiting, lambda: float(decoding.waiting))
        self.metrics.lateness(ticker.lateness)
        self.metrics.gauge("ivr_ami_connected", "Whether AMI is logged in", lambda: float(ami.connected))
        if self.recorder is None or not self.takes_callbacks:
            return
        hours = self.desk.hours
        self._book = CallbackBook(
            self.recorder.keep_durably, hours, self._queue_of, numbers=self._settings.numbers
        )
        dialer = CallbackDialer(self.recorder.database, hours, ami, ami, background=self.background)
        await dialer.start()
        stack.push_async_callback(dialer.aclose)

    async def republished(self) -> None:
        """Take note of what is published now: the turns from here on name this edition."""
        edition = await asyncio.to_thread(read_edition, self._settings.prompts)
        self._content = Content(edition.id, frozenset(self._published().intents()))
        self._edition = edition
        self._keep_edition()

    def observer(self, call: str, caller: Caller, *others: Observer) -> Observer:
        """Return the observer of one call: metrics, record and *others*."""
        observers = [self.metrics.observer(call, caller), *others]
        if self.recorder is not None:
            observers.append(self.recorder.observer(call, caller))
        return together(observers)

    def effects(self, call: str, caller: Caller) -> CallEffects:
        """Return what can be done for the caller of one call."""
        pseudonym = self.recorder.pseudonyms.of(caller.number) if self.recorder else caller.number
        sends = self.sender.sms or self.sender.email
        sender = self.sender.of_call(pseudonym or call) if sends else None
        if self.recorder is None:
            return CallEffects(sender)
        forget = partial(self.recorder.forget_sound, call)
        return CallEffects(sender, self._book.of_call(call, pseudonym) if self._book else None, forget)

    def told(self, event: Mapping[str, str]) -> None:
        """Take what the dialplan says by an event of its own, maybe after the call."""
        if self.recorder is not None and (found := message_told(event)) is not None:
            self.recorder.message(*found)

    def offers(self) -> Offers:
        """Return what may be offered now."""
        links = self._published().content.addressed()
        settings = self._settings
        ways = self.sender.sms, self.sender.email
        return Offers(*ways, links, settings.desk.courtesy, settings.call.notice, plan_of(settings.numbers))

    def _refused(self) -> float:
        return self.sender.refused + (self._book.refused if self._book else 0)

    def checks(self) -> dict[str, Check]:
        """Return what ``/ready`` asks about the record: a database that is away refuses no call."""
        recorder = self.recorder
        return {"spool": lambda: "overflowing" if recorder and recorder.spool.full else ""}

    def problems(self) -> dict[str, str]:
        """Return what somebody should know of though calls go on."""
        found = {f"background: {name}": problem for name, problem in self.background.problems().items()}
        found["disk"] = self._disks
        if (recorder := self.recorder) is not None:
            newer = recorder.database.newer
            found |= {
                "database": recorder.problem or (f"{newer} is of a newer version of ivr" if newer else ""),
                "membership": self.membership.problem,
                "spool": recorder.spool.problem,
                "clock": self._keeper.problem if self._keeper is not None else "",
                "sound": recorder.audio.problem if recorder.audio is not None else "",
            }
        return {name: problem for name, problem in found.items() if problem}

    async def _watch_disks(self) -> None:
        """Look whether a disk that we write to is nearly full, before it is."""
        while True:
            folders = [folder for folder in written_folders(self._settings) if folder.is_dir()]
            low = [await asyncio.to_thread(why_low, folder) for folder in folders]
            self._disks = "; ".join(filter(None, low))
            await asyncio.sleep(DISK_SECONDS)

    def _keep_edition(self) -> None:
        if self.recorder is not None:
            self.recorder.spool.put(edition_record(self._edition.id, self._edition.files, time.time()))

    def _queue_of(self, intent: str) -> str:
        published = self._published()
        known = intent in published.intents()  # the question may have been removed during the call
        return self.desk.settings().queue_named(published.answer(intent).queue if known else "support")

    def _show(self, recorder: CallRecorder) -> None:
        spool, metrics = recorder.spool, self.metrics
        metrics.gauge("ivr_calls_active", "Calls in progress", lambda: float(len(recorder.live)))
        metrics.gauge("ivr_spool_bytes", "Records not in the database yet", lambda: float(spool.backlog))
        metrics.gauge("ivr_spool_queue", "Records not on disk yet", lambda: float(spool.waiting))
        metrics.gauge(
            "ivr_database_up", "Whether records reach the database", lambda: float(not recorder.problem)
        )
        metrics.total("ivr_records_written", "Records written to the spool", lambda: spool.counts.written)
        metrics.total(
            "ivr_records_lost",
            "Records that will never be in the database",
            lambda: spool.counts.overflowed + spool.counts.failed + recorder.refused + recorder.damaged,
        )
        if (audio := recorder.audio) is not None:
            metrics.total(
                "ivr_audio_written", "Utterances whose sound was kept", lambda: audio.counts.written
            )
            metrics.total("ivr_audio_lost", "Utterances whose sound was not kept", lambda: audio.counts.lost)
        metrics.total("ivr_recording_failures", "Bugs met while recording", lambda: recorder.failures)


def together(observers: Sequence[Observer]) -> Observer:
    """Return an observer that tells each of *observers*."""

    def observe(now: float, what: Observed) -> None:
        for observer in observers:
            observer(now, what)

    return observe
