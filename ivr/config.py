"""Settings: ``ivr.toml``, then ``IVR_*`` environment variables (``IVR_AGI__PORT=4573``), then defaults.

Holds values and their checks; builds nothing.
"""

import os
import re
import tomllib
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ivr.config_asterisk import LOOPBACK as LOOPBACK
from ivr.config_asterisk import AgiSettings as AgiSettings
from ivr.config_asterisk import AmiSettings as AmiSettings
from ivr.config_asterisk import Listener as Listener
from ivr.config_asterisk import MediaSettings as MediaSettings
from ivr.config_asterisk import OtherAsterisk as OtherAsterisk
from ivr.config_asterisk import Section as Section
from ivr.errors import ConfigurationError
from ivr.places import shared
from ivr.queue_names import RULE, is_queue_name
from ivr.setting_names import complaint, unknown_variable


class RecognitionSettings(Section):
    """What hears."""

    model: Path = shared("models", "fr-support")
    """Folder of a Vosk model."""
    threads: int = Field(default=2, ge=1)
    """Decoding threads shared by all calls."""
    alternatives: int = Field(default=5, ge=1, le=20)
    """Readings of an utterance that the matcher is given."""


class SpeechSettings(Section):
    """What speaks."""

    engine: Literal["kokoro", "pyttsx3", "espeak", "mbrola", "pico", "piper"] = "kokoro"
    """What speaks the prompts that nobody recorded: docs/howto/voices.md."""
    voice: str = ""
    """Engine's own voice name or file; empty: its default French voice."""
    words_per_minute: int = Field(default=150, ge=80, le=300)
    """Speed of the normal rendering."""
    loudness: float = Field(default=-20.0, ge=-30, le=-12)
    """Of rendered prompts, in LUFS."""
    cache: Path = Path("var/prompts")
    """Folder of rendered prompts."""
    timeout: float = Field(default=10.0, gt=0)
    """Seconds a caller may wait for a text; an engine silent for half of it is replaced."""


class ListeningSettings(Section):
    """When a caller has finished, and when he interrupts."""

    end_of_turn: float = Field(default=0.75, gt=0)
    """Seconds of silence that end an ordinary utterance."""
    end_of_reply: float = Field(default=0.5, gt=0)
    """The same after a finished yes/no or command."""
    longest_utterance: float = Field(default=20.0, gt=0)
    """Seconds after which a caller who still speaks is answered."""
    echo_margin: float = Field(default=12.0, ge=0)
    """Decibels below our own level that the caller must pass to barge in, before adaptation."""


class DeskSettings(Section):
    """Who answers when a person is wanted, and when."""

    queue: str = "support"
    """Asterisk's queue for who wants a person."""
    technical_queue: str = ""
    """Queue for « service technique »; empty: the same people."""
    timezone: str = "Europe/Paris"
    """Of ``hours``, holidays and statistics."""
    hours: dict[str, list[str]] = {}
    """Per day, ``lundi = ["09:00-12:00", "14:00-18:00"]``; nothing at all: always open."""
    holidays: bool = True
    """Closed on French public holidays."""
    holidays_subdivision: str = ""
    """``57``, ``67``, ``68`` (Alsace-Moselle), ``GP``, ``RE``… as in the *holidays* library."""
    extra_closed: list[str] = []
    """More closed days, ISO dates."""
    extra_open: list[str] = []
    """Days open nevertheless: ``2026-12-20`` or, with hours of its own, ``2026-12-20 09:00-12:00``."""
    callback: bool = True
    """Offer to call back when nobody is free; needs AMI and the record."""
    voicemail: bool = True
    """Offer to leave a message."""
    courtesy: bool = True
    """Offer a person also where an answer ends without the FAQ naming anyone."""

    @field_validator("queue", "technical_queue")
    @classmethod
    def _one_rule(cls, name: str, info: ValidationInfo) -> str:
        if not is_queue_name(name) and (name or info.field_name == "queue"):
            raise ValueError(f"{name!r} is no queue: {RULE}")
        return name

    def queue_named(self, name: str) -> str:
        """Return Asterisk's queue for an answer's ``support`` or ``technical``; others are Asterisk's own."""
        return {"support": self.queue, "technical": self.technical_queue or self.queue}.get(name, name)


class CallSettings(Section):
    """One call."""

    greeting: str = "accueil.1"
    """Prompt that begins every call, of ``prompts/lines``."""
    record: bool = False
    """Callers are told after the greeting that the call may be recorded, and how to refuse."""
    notice: str = ""
    """Where to read what becomes of recordings, told to who asks: « notre site, page vie privée »."""
    maximum_seconds: float = Field(default=1800.0, gt=0)
    """A call that lasts longer goes to a person; without AMI, so does one whose server froze."""
    grace: float = Field(default=10.0, gt=0)
    """Seconds the dead-man switch of the dialplan waits for our next sign of life."""
    drain: float = Field(default=30.0, ge=0)
    """Seconds that calls in progress get to end when the server stops; then they go to a person."""


class ConsoleSettings(Section):
    """The supervisors' web console; it needs ``[store]``."""

    enabled: bool = True
    """Serve the console."""
    host: str = "127.0.0.1"
    """Address to listen at; put a proxy that adds HTTPS in front of any other than loopback."""
    port: int = Field(default=8080, ge=0, le=65535)
    """TCP port; 0: any free one."""
    hosts: list[str] = []
    """More names by which browsers reach it: that of the proxy that adds HTTPS."""
    connections: int = Field(default=200, ge=1)
    """More simultaneous connections than this are refused at once."""
    address: str = Field(default="", pattern=r"^(https?://[^/\s?#]+)?/?$")
    """How links to it begin: ``https://ivr.example.org``; empty: from ``hosts``, or where it listens."""
    proxies: list[IPv4Network | IPv6Network] = []
    """Proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed; without any, nobody's."""
    session_hours: float = Field(default=12.0, gt=0, le=168)
    """After so long one signs in again."""
    overhear: bool = False
    """Let supervisors listen to calls in progress; callers and staff must have been told."""
    folder: Path = Path("var/console")
    """Draft, published recordings, and the key of the sessions."""
    regression: Path = shared("regression")
    """Folder of the regression calls that « Essayer » plays: docs/howto/regression-calls.md."""
    regression_required: bool = False
    """Publish a draft only once every regression call has passed with it."""


class FaqBars(Section):
    """What ``ivr faq test`` demands of the phrasings, as shares of 1; set to 0 (or 1) to demand nothing."""

    first: float = Field(default=0.94, ge=0, le=1)
    """Right intent first, each phrasing judged by a matcher that has not seen it."""
    helped: float = Field(default=0.93, ge=0, le=1)
    """Right answer, or a confirmation or choice that contains it."""
    answered: float = Field(default=0.87, ge=0, le=1)
    """Right answer, at once."""
    misled: float = Field(default=0.03, ge=0, le=1)
    """At most: another answer given at once."""
    outside_answered: float = Field(default=0.06, ge=0, le=1)
    """At most: out-of-scope lines answered at once."""
    commands: float = Field(default=0.83, ge=0, le=1)
    """Commands obeyed."""
    several: float = Field(default=0.80, ge=0, le=1)
    """Double questions of which both are found."""


class FaqSettings(Section):
    """How sure an answer must be."""

    answer: float = Field(default=0.75, gt=0, le=1)
    """Trust (0 to 1) from which a question is answered at once."""
    confirm: float = Field(default=0.25, gt=0, le=1)
    """Probability from which « c'est bien ça ? » is asked."""
    bars: FaqBars = FaqBars()


class DailyLimit(Section):
    """How often in 24 hours, as each server counts since its start; then callers are told that it failed."""

    number: int = Field(default=3, ge=1)
    """To one number."""
    caller: int = Field(default=5, ge=1)
    """For one caller; who withholds his number is known by his call."""
    line: int = Field(default=300, ge=1)
    """For everybody together."""


class NumbersSettings(Section):
    """Which numbers callbacks and text messages go to, and how often: callers choose, and you pay."""

    called: list[str] = ["01", "02", "03", "04", "05", "06", "07", "09"]
    """How numbers begin that may be called back; the dialplan's ``ivr-callback`` has a rule of its own."""
    written: list[str] = ["06", "07"]
    """How numbers begin that may get a text message."""
    callbacks: DailyLimit = DailyLimit()
    texts: DailyLimit = DailyLimit()

    @field_validator("called", "written")
    @classmethod
    def _national(cls, beginnings: list[str]) -> list[str]:
        for each in beginnings:
            if not re.fullmatch(r"0[1-9][0-9]{0,8}", each):
                raise ValueError(f'{each!r}: write the first digits of national numbers, as in "06"')
        return beginnings


class LinkSettings(Section):
    """One document that answers mention: key of ``prompts/faq`` → address and title."""

    title: str
    """As it is spoken, with its article: « le guide des tarifs »."""
    url: str
    """Address that is sent."""


class SmtpSettings(Section):
    """E-mail; not offered without ``host``."""

    host: str = ""
    """Server that takes the mail; empty: e-mail is not offered."""
    port: int = Field(default=587, ge=1, le=65535)
    """Its port: usually 587 with ``starttls``, 465 with ``tls``."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """``none`` only for a relay on this machine."""
    username: str = ""
    """Empty: no login."""
    password: str = ""
    """Better in the environment, ``IVR_SEND__SMTP__PASSWORD``."""
    sender: str = "Assistant vocal <assistant@example.org>"
    """From whom the mail is."""
    subject: str = "Suite à votre appel :"
    """Followed by the document's title."""
    timeout: float = Field(default=10.0, gt=0)
    """Seconds until sending has failed."""


class SmsSettings(Section):
    """Text messages through a provider's HTTP interface; not offered without ``url``.

    ``url`` and ``body`` may name ``{to}`` (+33…), ``{national}`` (06…) and ``{text}``, escaped as they need.
    """

    url: str = ""
    """The provider's address; empty: text messages are not offered."""
    method: Literal["GET", "POST"] = "POST"
    """How it is asked."""
    content_type: str = "application/json"
    """Of ``body``, which is escaped accordingly."""
    body: str = '{"to": "{to}", "text": "{text}"}'
    """What is sent with POST."""
    headers: dict[str, str] = {}
    """For the provider's key, say ``Authorization = "Bearer …"``."""
    timeout: float = Field(default=10.0, gt=0)
    """Seconds until sending has failed."""


class SendingSettings(Section):
    """How a document's address is sent to the caller."""

    text: str = "Suite à votre appel : {titre} {url}"
    """The message; ``{titre}`` and ``{url}`` are the document's."""
    smtp: SmtpSettings = SmtpSettings()
    sms: SmsSettings = SmsSettings()


class MonitoringSettings(Section):
    """Metrics and health, apart from the console: what publishes one need not publish the other."""

    enabled: bool = True
    """Serve ``/metrics``, ``/health`` and ``/ready``."""
    host: str = "127.0.0.1"
    """Address to listen at; no sign-in is asked."""
    port: int = Field(default=9464, ge=0, le=65535)
    """TCP port; 0: any free one."""
    connections: int = Field(default=50, ge=1)
    """More simultaneous connections than this are refused at once."""


class StoreSettings(Section):
    """Where calls are recorded, and for how long: docs/reference/records.md."""

    enabled: bool = True
    """Record calls; without it no callbacks, no statistics."""
    url: str = "sqlite:///var/ivr.db"
    """Or ``postgresql://user:password@host/database``."""
    spool: Path = Path("var/spool")
    """What is not in the database yet."""
    spool_megabytes: int = Field(default=256, ge=1)
    """More than this waiting for the database is lost, counted and logged."""
    server: str = ""
    """Name of this server in a database shared by several; empty: the host's name."""
    key: str = ""
    """Of the pseudonyms (``IVR_STORE__KEY``); empty: the one in ``key_file``, made at the first start."""
    key_file: Path = Path("var/pseudonyms.key")
    """Where the key of the pseudonyms is kept when ``key`` is empty."""
    transcript_days: int = Field(default=90, ge=1, le=365)
    """Then what was said is deleted."""
    audio: bool = False
    """Keep the sound of what callers say; needs ``call.record``, which tells them."""
    audio_folder: Path = Path("var/audio")
    """Where the sound is kept, a file per utterance."""
    audio_days: int = Field(default=30, ge=1, le=180)
    """Then the sound is deleted; with the words at the latest."""
    number_days: int = Field(default=30, ge=1, le=365)
    """Then who called is deleted, and the number of a callback that failed."""
    call_days: int = Field(default=730, ge=1)
    """Then the rest is deleted: no statistics reach further back."""


class LogSettings(Section):
    """Standard output of ``ivr serve``."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe level that is written."""
    json_lines: bool = False
    """One JSON object per line, for a log collector."""


class Settings(BaseSettings):
    """The whole configuration of one server: ``IVR_*`` variables, then what is given, then defaults."""

    model_config = SettingsConfigDict(
        env_prefix="IVR_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    prompts: Path = shared("prompts")
    """Folder of everything that is said and understood."""
    agi: AgiSettings = AgiSettings()
    media: MediaSettings = MediaSettings()
    ami: AmiSettings = AmiSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    speech: SpeechSettings = SpeechSettings()
    listening: ListeningSettings = ListeningSettings()
    desk: DeskSettings = DeskSettings()
    numbers: NumbersSettings = NumbersSettings()
    call: CallSettings = CallSettings()
    console: ConsoleSettings = ConsoleSettings()
    faq: FaqSettings = FaqSettings()
    links: dict[str, LinkSettings] = {}
    send: SendingSettings = SendingSettings()
    store: StoreSettings = StoreSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Read the configuration from *path*, else ``$IVR_CONFIG``, else ``./ivr.toml`` if it exists.

    Raises ConfigurationError, naming the file, the key and what it accepts.
    """
    named = path or os.environ.get("IVR_CONFIG")
    chosen = Path(named or "ivr.toml")
    if named and not chosen.is_file():
        raise ConfigurationError(f"{chosen}: no such configuration file")
    if mistake := unknown_variable(os.environ, Settings):
        raise ConfigurationError(f"{mistake}; see docs/reference/settings.md")
    try:
        return Settings(**tomllib.loads(chosen.read_text("utf-8-sig")) if chosen.is_file() else {})
    except ValidationError as error:
        raise ConfigurationError(f"{chosen}: {complaint(error, Settings)}") from None
    except (OSError, ValueError) as error:  # tomllib.TOMLDecodeError is one
        raise ConfigurationError(f"{chosen}: {error}") from None


def hand_down(path: Path | None) -> None:
    """Have the processes that this one starts read *path* too; for the entry point of a process alone."""
    if path is not None:
        os.environ["IVR_CONFIG"] = str(path)
