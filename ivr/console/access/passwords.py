"""Passwords: hashed and compared in one thread of low priority, never more at once than can wait.

Keeps no password. Argon2id (RFC 9106) takes 64 MiB and most of a core: callers come first.
"""

import asyncio
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

MOST_WAITING = 8
"""Sign-ins that may wait for the thread; each takes about 0.1 s."""
NICE = 15


class Busy(Exception):
    """More wait than there is time for."""


class Passwords:
    """The one place where passwords are hashed."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(parallelism=1)
        self._thread = ThreadPoolExecutor(1, "passwords", _come_last)
        self._waiting = 0
        self._nobody = ""

    async def hashed(self, password: str) -> str:
        """Return the hash of *password*. Raises Busy."""
        return await self._wait(lambda: self._hasher.hash(password))

    async def right(self, hashed: str | None, password: str) -> str | None:
        """Return the hash to keep when *password* is that of *hashed*, as it is or made anew; None: wrong.

        Without *hashed* (an unknown login) the answer takes as long. Raises Busy.
        """
        return (await self._wait(lambda: self._right(hashed, password))) or None

    def _right(self, hashed: str | None, password: str) -> str:
        if hashed is None:
            self._nobody = self._nobody or self._hasher.hash(secrets.token_hex())
        try:
            self._hasher.verify(hashed or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return ""
        if hashed is None:
            return ""
        return self._hasher.hash(password) if self._hasher.check_needs_rehash(hashed) else hashed

    async def _wait(self, work: Callable[[], str]) -> str:
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1


def _come_last() -> None:
    """Linux gives each thread a priority of its own."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
