"""How often somebody may try a password: counted before it is looked at, by login and address together.

Keeps attempts; knows no password. Nobody can keep another out for good: who guesses a colleague's password
uses up tries of his own address, and a colleague who signed in lately from where he is has tries of his own.
"""

import asyncio
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.schema import sign_ins

WINDOW = timedelta(minutes=15)
"""Failures older than this are forgotten."""
PER_LOGIN_AND_ADDRESS, PER_ADDRESS, PER_LOGIN = 5, 20, 100
"""The last one is for addresses from which that login has not been used lately: guesses from everywhere."""
LATELY = timedelta(days=30)


class TooOften(Exception):
    """So many failures that even the right password has to wait."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


class Attempts:
    """Attempts to sign in, in the database: all servers count together."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._one_by_one = asyncio.Lock()

    async def begin(self, login: str, address: str) -> int:
        """Note that *login* is tried from *address*, as a failure until it succeeded. Raises TooOften."""
        address, now = _network(address), self._now()
        async with self._one_by_one, self._database.writing() as connection:
            await connection.execute(
                sign_ins.delete().where(sign_ins.c.at <= now - WINDOW, sign_ins.c.succeeded.is_(False))
            )
            known = await connection.scalar(
                sa.select(sa.func.count()).where(
                    sign_ins.c.login == login,
                    sign_ins.c.address == address,
                    sign_ins.c.succeeded,
                    sign_ins.c.at > now - LATELY,
                )
            )
            mine, here = sign_ins.c.login == login, sign_ins.c.address == address
            limits = [(mine & here, PER_LOGIN_AND_ADDRESS), (here, PER_ADDRESS)]
            limits += [] if known else [(mine, PER_LOGIN)]
            for condition, most in limits:
                failed = sa.select(sa.func.count(), sa.func.min(sign_ins.c.at)).where(
                    condition, sign_ins.c.succeeded.is_(False)
                )
                count, first = (await connection.execute(failed)).one()
                if count >= most:
                    raise TooOften(max(1, round((first + WINDOW - now).total_seconds() / 60)))
            row = {"at": now, "login": login, "address": address, "succeeded": False}
            made = await connection.execute(sign_ins.insert().values(row).returning(sign_ins.c.id))
            return int(made.scalar_one())

    async def succeeded(self, attempt: int, login: str, address: str) -> None:
        """The password was right: what failed before it, from the same place, is forgotten."""
        failed = sign_ins.c.succeeded.is_(False) & (sign_ins.c.id != attempt)
        same = (sign_ins.c.login == login) & (sign_ins.c.address == _network(address))
        async with self._database.writing() as connection:
            await connection.execute(sign_ins.update().where(sign_ins.c.id == attempt).values(succeeded=True))
            await connection.execute(sign_ins.delete().where(failed & same))

    async def forget(self, login: str) -> None:
        """A new password: tries begin anew from everywhere."""
        async with self._database.writing() as connection:
            await connection.execute(
                sign_ins.delete().where(sign_ins.c.login == login, sign_ins.c.succeeded.is_(False))
            )


def _network(address: str) -> str:
    """Return *address*, of IPv6 its /64: one connection has all the addresses of that (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
