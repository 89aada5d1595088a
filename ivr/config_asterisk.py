"""Settings of what connects us with Asterisk: the listeners, and its manager interface.

Holds values and their checks; ``ivr.config`` puts them together with the others.
"""

from ipaddress import IPv4Network, IPv6Network
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LOOPBACK: list[IPv4Network | IPv6Network] = [IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")]

EVERYWHERE = ("", "0.0.0.0", "::")
"""Hosts to listen at that nobody can dial."""


class Section(BaseModel):
    """A table of ``ivr.toml``; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Listener(Section):
    """Where Asterisk reaches us, and from which networks."""

    host: str = "127.0.0.1"
    """Address to listen at; ``0.0.0.0`` for all of this machine's."""
    port: int = Field(default=0, ge=0, le=65535)
    """TCP port; 0: any free one."""
    networks: list[IPv4Network | IPv6Network] = LOOPBACK
    """From which peers may connect; anyone else is cut off at once."""
    connections: int = Field(default=400, ge=1)
    """More simultaneous connections than this are refused at once."""


class AgiSettings(Listener):
    """FastAGI: where the dialplan hands calls over."""

    port: int = Field(default=4573, ge=0, le=65535)


class MediaSettings(Listener):
    """AudioSocket: where Asterisk brings their audio."""

    port: int = Field(default=9092, ge=0, le=65535)
    advertise: str = ""
    """host:port that Asterisk dials for audio; empty: the listener's own address."""

    @model_validator(mode="after")
    def _can_be_dialled(self) -> Self:
        """Asterisk must never dial a dead AudioSocket port: its failed connect ends other calls."""
        if not self.advertise and self.host in EVERYWHERE:
            raise ValueError(f"with host {self.host!r}, say in media.advertise what Asterisk shall dial")
        return self


class OtherAsterisk(Section):
    """One more Asterisk that sends calls here: its manager interface."""

    host: str
    """Its address."""
    port: int = Field(default=5038, ge=1, le=65535)
    """Its TCP port."""
    username: str = ""
    """Empty: the same account as at the first one."""
    secret: str = ""
    """Empty: the same password as at the first one."""


class AmiSettings(Section):
    """Asterisk's manager interface: queues, agents, callbacks, the dead-man switch."""

    enabled: bool = True
    """Without it nothing is known of queues and agents, and a frozen server holds its callers too long."""
    host: str = "127.0.0.1"
    """Address of Asterisk's manager interface."""
    port: int = Field(default=5038, ge=1, le=65535)
    """Its TCP port."""
    username: str = "ivr"
    """The account of ``dialplan/ivr-manager.conf``."""
    secret: str = ""
    """Its password; better in the environment, ``IVR_AMI__SECRET``."""
    timeout: float = Field(default=5.0, gt=0)
    """Seconds an action may stay unanswered."""
    others: list[OtherAsterisk] = []
    """``[[ami.others]]``: the other Asterisks that send calls here, each with a ``systemname`` of its own."""

    def each(self) -> list["AmiSettings"]:
        """Return the settings of one login per Asterisk."""
        alone = self.model_copy(update={"others": []})
        more = [other.model_dump(exclude_defaults=True, exclude={"port"}) for other in self.others]
        ports = [other.port for other in self.others]
        return [alone, *(alone.model_copy(update=u | {"port": p}) for u, p in zip(more, ports, strict=True))]
