"""What is true around a golden transcript, and the settings that make it true on a real line.

Values and settings only; ``ivr.simulator.rehearsal`` starts the servers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from ivr.config import LinkSettings, Settings
from ivr.errors import ConfigurationError

NOON, NIGHT = 12, 3
OFFICE_HOURS = {day: ["09:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
SPOKEN_HOURS = "du lundi au vendredi, de neuf heures à dix-huit heures"
"""How these hours are said: a transcript that names others cannot be spoken."""
POSSIBLE = {
    "desk": {"open", "hours", "agents_free", "nobody", "callback", "slots", "voicemail", "daytime"},
    "caller": {"number", "recorded"},
    "offers": {"sms"},
    "links": None,
}
"""What a real line can be made to do, per setting; None: anything."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Hashable: calls of equal circumstances share one server."""

    open: bool = True
    hours: str | None = None
    daytime: bool = True
    agents_free: int | None = None
    """None: a server without AMI, which knows nothing of its queues."""
    nobody: bool = False
    """All agents have paused."""
    callback: bool = False
    voicemail: bool = True
    recorded: bool = False
    sms: bool = False
    links: tuple[tuple[str, str], ...] = ()

    def settings(self, settings: Settings, provider: str) -> Settings:
        """Return *settings* under which all this is true now; text messages go to *provider*."""
        desk: dict[str, object] = {
            "timezone": _zone_where_it_is(NOON if self.daytime else NIGHT),
            "hours": OFFICE_HOURS if self.hours else {},
            "holidays": False,
            "extra_closed": [] if self.open else _days_around_now(),
            "callback": self.callback,
            "voicemail": self.voicemail,
        }
        sms = settings.send.sms.model_copy(update={"url": provider if self.sms else ""})
        links = {key: LinkSettings(title=key, url=url) for key, url in self.links}
        knows_queues = self.agents_free is not None or self.callback
        return settings.model_copy(
            update={
                "desk": settings.desk.model_copy(update=desk),
                "ami": settings.ami.model_copy(update={"enabled": knows_queues}),
                "call": settings.call.model_copy(update={"record": self.recorded}),
                "send": settings.send.model_copy(update={"sms": sms}),
                "links": settings.links | links,
            }
        )


def circumstances(lines: Iterable[str], path: Path) -> tuple[Circumstances, str]:
    """Return what a transcript's settings ask for, and the caller's number if it has one.

    Raises:
        ConfigurationError: something that a real line cannot be made to do, with file and line.
    """
    values: dict[str, Any] = {}
    for place, line in enumerate(lines, 1):
        if line.startswith("@"):
            _, what, given = line.split(" ", 2)
            values |= _possible(what, yaml.safe_load(given), f"{path}:{place}")
    number = str(values.pop("number", ""))
    if values.pop("slots", False) != values.get("callback", False):
        raise ConfigurationError(f"{path}: on a real line a callback always has slots")
    if values.get("hours", SPOKEN_HOURS) != SPOKEN_HOURS:
        raise ConfigurationError(f"{path}: on a real line the hours are « {SPOKEN_HOURS} »")
    return Circumstances(**values), number


def _possible(what: str, given: Mapping[str, Any], place: str) -> dict[str, Any]:
    allowed = POSSIBLE.get(what, set())
    if impossible := [] if allowed is None else sorted(given.keys() - allowed):
        raise ConfigurationError(f"{place}: a real line cannot be made to do this: {what} {impossible[0]}")
    return {"links": tuple(given.items())} if what == "links" else dict(given)


def _zone_where_it_is(hour: int) -> str:
    """Return a time zone of whole hours in which it is about *hour* o'clock now."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # these names count westwards


def _days_around_now() -> list[str]:
    """Return the days that it may be while the calls last."""
    today = datetime.now(UTC).date()
    return [str(today + timedelta(days=n)) for n in (-1, 0, 1)]
