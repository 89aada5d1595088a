"""Who may use the console: users, invitations, sessions, and how often somebody may try a password.

Keeps hashes, never a password or a token.
"""

import asyncio
import enum
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from starlette.authentication import BaseUser

from ivr.errors import IvrError
from ivr.store.database import Database
from ivr.store.schema import invitations, sessions, sign_ins, users

INVITATION = timedelta(days=2)
WINDOW = timedelta(minutes=15)
"""Failures older than this are forgotten."""
FAILURES_PER_LOGIN, FAILURES_PER_ADDRESS = 5, 20
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
SEEN_EVERY = timedelta(minutes=1)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class Role(enum.StrEnum):
    """What a user may do; each may what those before may."""

    VIEWER = "viewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Whether this role includes *needed*."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class User(BaseUser):
    """Somebody who may sign in; Starlette's user of a request."""

    id: int
    login: str
    name: str
    role: Role
    seen_at: datetime | None = None
    disabled: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whoever was found is."""
        return True

    @property
    def display_name(self) -> str:
        """His name."""
        return self.name

    @property
    def identity(self) -> str:
        """His login."""
        return self.login


class Refused(IvrError):
    """What the form shows: the message is French and tells what to do."""


class Throttled(Refused):
    """Too many wrong passwords."""


class Accounts:
    """The users of one console."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        session: timedelta,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """*session* is how long one may stay signed in."""
        self._database, self._now, self._session = database, now, session
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(
            secrets.token_hex()
        )  # an unknown login takes as long as a wrong password
        self._checking = asyncio.Semaphore(2)  # argon2 takes 64 MiB each

    async def users(self) -> tuple[User, ...]:
        """Return everybody, by login."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(users).order_by(users.c.login))
            return tuple(_user(row) for row in rows)

    async def invite(self, role: Role) -> str:
        """Return the token of a new sign-up link, good once."""
        token = secrets.token_urlsafe(24)
        row = {"token_hash": _hash(token), "role": role, "created_at": self._now()}
        async with self._database.writing() as connection:
            await connection.execute(
                invitations.insert().values(row | {"expires_at": self._now() + INVITATION})
            )
        return token

    async def invited_as(self, token: str) -> Role | None:
        """Return the role a sign-up link gives; None when it is used, too old or made up."""
        async with self._database.reading() as connection:
            role = await connection.scalar(sa.select(invitations.c.role).where(self._open(token)))
            return Role(role) if role else None

    async def sign_up(self, token: str, login: str, name: str, password: str) -> User:
        """Create a user with a sign-up link.

        Raises:
            Refused: the link is no longer good, or the form is not filled in well.
        """
        login, name = login.strip().lower(), name.strip()
        _check_new(login, name, password)
        hashed = await self._hashed(password)
        async with self._database.writing() as connection:
            used = sa.update(invitations).where(self._open(token)).values(used_at=self._now())
            role = await connection.scalar(used.returning(invitations.c.role))
            if role is None:
                raise Refused("Ce lien a déjà servi ou a expiré. Demandez-en un autre.")
            if await connection.scalar(sa.select(users.c.id).where(users.c.login == login)):
                raise Refused("Cet identifiant est déjà pris : choisissez-en un autre.")
            row = {
                "login": login,
                "name": name,
                "role": role,
                "password_hash": hashed,
                "created_at": self._now(),
            }
            made = await connection.execute(users.insert().values(row).returning(users.c.id))
            return User(made.scalar_one(), login, name, Role(role))

    async def sign_in(self, login: str, password: str, address: str) -> str:
        """Return the token of a new session.

        Raises:
            Throttled: too many failures; the right password does not help.
            Refused: wrong login or password; it does not say which.
        """
        login = login.strip().lower()[:64]
        await self._throttle(login, address)
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(users).where(users.c.login == login))).first()
        known = row is not None and row.disabled_at is None
        right = await self._right(row.password_hash if row is not None and known else self._nobody, password)
        await self._attempted(login, address, right and known)
        if row is None or not (right and known):
            raise Refused("Identifiant ou mot de passe incorrect.")
        return await self._open_session(row.id)

    async def user(self, token: str) -> User | None:
        """Return who is signed in with *token*; None when nobody is, or no longer."""
        now = self._now()
        query = (
            sa.select(users, sessions.c.seen_at.label("last"))
            .join(sessions, sessions.c.user == users.c.id)
            .where(
                sessions.c.token_hash == _hash(token),
                sessions.c.expires_at > now,
                users.c.disabled_at.is_(None),
            )
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if now - row.last > SEEN_EVERY:
            await self._saw(row.id, token)
        return _user(row)

    async def sign_out(self, token: str) -> None:
        """End the session of *token*, and forget all that have expired."""
        ended = (sessions.c.token_hash == _hash(token)) | (sessions.c.expires_at <= self._now())
        async with self._database.writing() as connection:
            await connection.execute(sessions.delete().where(ended))

    async def change(self, user: int, role: Role, disabled: bool) -> None:
        """Give *user* another role, or let him in no more: his sessions end at once.

        Raises:
            Refused: nobody could administer the console any more.
        """
        disabled_at = self._now() if disabled else None
        admins = sa.select(sa.func.count()).where(
            users.c.role == Role.ADMIN, users.c.disabled_at.is_(None), users.c.id != user
        )
        async with self._database.writing() as connection:
            others = await connection.scalar(admins)
            if not others and (disabled or role is not Role.ADMIN):
                raise Refused("C'est le dernier administrateur : nommez-en un autre d'abord.")
            values = {"role": role, "disabled_at": disabled_at}
            await connection.execute(users.update().where(users.c.id == user).values(values))
            if disabled:
                await connection.execute(sessions.delete().where(sessions.c.user == user))

    def _open(self, token: str) -> sa.ColumnElement[bool]:
        same = invitations.c.token_hash == _hash(token)
        return sa.and_(same, invitations.c.used_at.is_(None), invitations.c.expires_at > self._now())

    async def _throttle(self, login: str, address: str) -> None:
        since = self._now() - WINDOW
        failed = (sign_ins.c.at > since) & sign_ins.c.succeeded.is_(False)
        count, first = sa.func.count(), sa.func.min(sign_ins.c.at)
        async with self._database.reading() as connection:
            for condition, most in (
                (sign_ins.c.login == login, FAILURES_PER_LOGIN),
                (sign_ins.c.address == address, FAILURES_PER_ADDRESS),
            ):
                row = (await connection.execute(sa.select(count, first).where(failed, condition))).one()
                if row[0] >= most:
                    minutes = max(1, round((row[1] + WINDOW - self._now()).total_seconds() / 60))
                    raise Throttled(
                        f"Trop d'essais. Attendez {minutes} minute{'s' if minutes > 1 else ''}, "
                        "puis essayez de nouveau."
                    )

    async def _attempted(self, login: str, address: str, succeeded: bool) -> None:
        now = self._now()
        row = {"at": now, "login": login, "address": address, "succeeded": succeeded}
        async with self._database.writing() as connection:
            await connection.execute(sign_ins.delete().where(sign_ins.c.at <= now - WINDOW))
            if succeeded:
                await connection.execute(sign_ins.delete().where(sign_ins.c.login == login))
            await connection.execute(sign_ins.insert().values(row))

    async def _open_session(self, user: int) -> str:
        token, now = secrets.token_urlsafe(32), self._now()
        row = {"token_hash": _hash(token), "user": user, "created_at": now, "seen_at": now}
        async with self._database.writing() as connection:
            await connection.execute(sessions.insert().values(row | {"expires_at": now + self._session}))
            await connection.execute(users.update().where(users.c.id == user).values(seen_at=now))
        return token

    async def _saw(self, user: int, token: str) -> None:
        now = self._now()
        async with self._database.writing() as connection:
            this = sessions.c.token_hash == _hash(token)
            await connection.execute(sessions.update().where(this).values(seen_at=now))
            await connection.execute(users.update().where(users.c.id == user).values(seen_at=now))

    async def _hashed(self, password: str) -> str:
        async with self._checking:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _right(self, hashed: str, password: str) -> bool:
        async with self._checking:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password[:LONGEST_PASSWORD])
            except (Argon2Error, InvalidHashError):
                return False


def _check_new(login: str, name: str, password: str) -> None:
    if not _LOGIN.fullmatch(login):
        raise Refused("Identifiant : 2 à 40 lettres minuscules sans accent, chiffres, points ou tirets.")
    if not 1 <= len(name) <= 80:
        raise Refused("Écrivez votre nom, en 80 caractères au plus.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            f"Mot de passe : au moins {SHORTEST_PASSWORD} caractères. Une phrase convient très bien."
        )
    if login in password.lower():
        raise Refused("Le mot de passe ne doit pas contenir l'identifiant.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _user(row: sa.Row[*tuple[object, ...]]) -> User:
    found = row._mapping
    return User(
        found["id"],
        found["login"],
        found["name"],
        Role(found["role"]),
        found["seen_at"],
        found["disabled_at"] is not None,
    )
