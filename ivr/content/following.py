"""Looks, when told and every few seconds, whether another server has published or a publication is due.

Decides nothing: ``editions`` and ``schedules`` do. A database that is away changes nothing for callers.
"""

import asyncio
from contextlib import suppress

import structlog

from ivr.content.draft import Invalid
from ivr.content.publications import Editions
from ivr.content.publishing import Publications
from ivr.store.database import UNAVAILABLE

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
AWAY_SECONDS = 5.0


class Following:
    """Keeps one server with the others, and with the clock."""

    def __init__(self, editions: Editions, publications: Publications) -> None:
        self._editions, self._publications = editions, publications
        self._soon = asyncio.Event()
        self._hinted = asyncio.Event()
        self._refused = ""

    def soon(self) -> None:
        """The folder was changed by hand: note it."""
        self._soon.set()
        self._hinted.set()

    def hint(self) -> None:
        """Another server may have published: look now."""
        self._hinted.set()

    async def run(self) -> None:
        """Look until cancelled."""
        seconds = LOOK_SECONDS
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hinted.wait(), seconds)
            self._hinted.clear()
            try:
                await self.look()
                seconds = LOOK_SECONDS
            except UNAVAILABLE as error:
                if seconds == LOOK_SECONDS:
                    log.warning("editions.database_away", problem=type(error).__name__)
                seconds = AWAY_SECONDS

    async def look(self) -> None:
        """Take what others published, and do what is due."""
        if self._soon.is_set() or await self._editions.is_behind():
            self._soon.clear()
            await self._follow()
        await self._publications.carry_out()

    async def _follow(self) -> None:
        try:
            await self._publications.follow()
        except Invalid as error:
            if str(error) != self._refused:
                log.error("editions.refused", reason=str(error))
            self._refused = str(error)
        else:
            self._refused = ""
