"""Who may connect to a listener, and how many at once.

Decides only; a connection that is refused or displaced is aborted at once, with nothing sent.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Protocol

import structlog

log = structlog.get_logger()

NAMED_STRANGERS = 20
"""So many foreign addresses are logged, each once: enough for a wrong setting, too few to fill a disk."""


class Abortable(Protocol):
    """A connection, as far as the gate cares."""

    def abort(self) -> None:
        """Close without waiting for anything."""


class Gate:
    """Admits peers of the allowed networks up to a limit; new ones displace unauthenticated ones.

    A connection is a stranger until it has identified itself. When the house is full the oldest stranger
    is put out, so that a flood of silent connections never keeps a caller from coming in.
    """

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network] | None, limit: int) -> None:
        """*networks*: from which peers may connect; None: from any."""
        self._networks = None if networks is None else tuple(networks)
        self._limit = limit
        self._strangers: dict[Abortable, None] = {}
        self._known: set[Abortable] = set()
        self._named: set[str] = set()
        self.refused = 0
        """Connections refused or displaced so far."""

    def __len__(self) -> int:
        return len(self._strangers) + len(self._known)

    def admit(self, connection: Abortable, peer: object) -> bool:
        """Let *connection* in, or abort it and return False; *peer* is asyncio's ``peername``."""
        if not self._allowed(peer) or not self._room():
            self.refused += 1
            connection.abort()
            return False
        self._strangers[connection] = None
        return True

    def identify(self, connection: Abortable) -> None:
        """Note that *connection* has proved to be a call."""
        if connection in self._strangers:
            del self._strangers[connection]
            self._known.add(connection)

    def forget(self, connection: Abortable) -> None:
        """Take *connection* for a stranger again, the youngest."""
        if connection in self._known:
            self._known.discard(connection)
            self._strangers[connection] = None

    def leave(self, connection: Abortable) -> None:
        """Forget *connection*; harmless if it never came in."""
        self._strangers.pop(connection, None)
        self._known.discard(connection)

    def abort_all(self) -> None:
        """Put everybody out."""
        for connection in (*self._strangers, *self._known):
            connection.abort()

    def _allowed(self, peer: object) -> bool:
        if self._networks is None:
            return True
        if not (isinstance(peer, tuple) and peer and isinstance(peer[0], str)):
            return False
        address = ip_address(peer[0].partition("%")[0])
        if address.version == 6 and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks):
            return True
        if len(self._named) < NAMED_STRANGERS and peer[0] not in self._named:
            self._named.add(peer[0])
            log.warning(
                "gate.refused",
                peer=peer[0],
                remedy="if this is Asterisk, add it to [agi] or [media] networks",
            )
        return False

    def _room(self) -> bool:
        if len(self) < self._limit:
            return True
        if not self._strangers:
            return False
        oldest = next(iter(self._strangers))
        del self._strangers[oldest]
        self.refused += 1
        oldest.abort()
        return True
