"""Who may use the console: users, their passwords and sessions, links to sign up or to choose a new password.

Keeps hashes, never a password or a token.
"""

import enum
import hashlib
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.exc import SQLAlchemyError
from starlette.authentication import BaseUser

from ivr.console.access.attempts import Attempts, TooOften
from ivr.console.access.passwords import Busy, Passwords
from ivr.errors import IvrError
from ivr.store.database import Database
from ivr.store.schema import invitations, sessions, users

INVITATION, RESET = timedelta(days=2), timedelta(days=1)
"""How long a sign-up link is good, and one for a new password."""
BUSY = "Trop de connexions en même temps. Attendez quelques secondes, puis essayez de nouveau."
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
    """Too many wrong passwords, or too many attempts at once."""


class NoSuchUser(Refused):
    """The user has gone."""

    def __init__(self) -> None:
        super().__init__("Cet utilisateur n'existe pas, ou n'existe plus : rechargez la page.")


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
        self._passwords = Passwords(hasher)
        self._attempts = Attempts(database, now)
        self._seen: dict[str, datetime] = {}
        self._invited: set[str] = set()

    async def users(self) -> tuple[User, ...]:
        """Return everybody, by login."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(users).order_by(users.c.login))
            return tuple(_user(row) for row in rows)

    async def find(self, login: str) -> User | None:
        """Return the user *login*."""
        return next((user for user in await self.users() if user.login == login.strip().lower()), None)

    async def invite(self, role: Role) -> str:
        """Return the token of a new sign-up link, good once."""
        token = await self._link(INVITATION, role=role)
        self._invited.add(_hash(token))
        return token

    async def first_invitation(self) -> str | None:
        """Return the token of the administrator's sign-up link; None once there is any user.

        There is one at a time: those of earlier starts, which stand in old logs, are no longer good.
        """
        if await self.users():
            return None
        async with self._database.writing() as connection:
            asked_for = invitations.c.token_hash.in_(self._invited)  # meanwhile: `ivr demo` prints one
            administrators = invitations.c.role == Role.ADMIN
            await connection.execute(invitations.delete().where(administrators & ~asked_for))
        return await self._link(INVITATION, role=Role.ADMIN)

    async def invited_as(self, token: str) -> Role | None:
        """Return the role a sign-up link gives; None when it is used, too old or made up."""
        async with self._database.reading() as connection:
            found = sa.select(invitations.c.role).where(self._open(token), invitations.c.user.is_(None))
            role = await connection.scalar(found)
            return Role(role) if role else None

    async def sign_up(self, token: str, login: str, name: str, password: str) -> User:
        """Create a user with a sign-up link; the first user's ends every other one.

        Raises:
            Refused: the link is no longer good, or the form is not filled in well.
        """
        login, name = login.strip().lower(), name.strip()
        _check_new(login, name, password)
        hashed = await self._hashed(password)
        async with self._database.writing() as connection:
            mine = self._open(token) & invitations.c.user.is_(None)
            used = sa.update(invitations).where(mine).values(used_at=self._now())
            role = await connection.scalar(used.returning(invitations.c.role))
            if role is None:
                raise Refused("Ce lien a déjà servi ou a expiré. Demandez-en un autre.")
            if await connection.scalar(sa.select(users.c.id).where(users.c.login == login)):
                raise Refused("Cet identifiant est déjà pris : choisissez-en un autre.")
            if not await connection.scalar(sa.select(sa.func.count()).select_from(users)):
                await connection.execute(invitations.delete().where(invitations.c.used_at.is_(None)))
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
        """Return the token of a new session. The attempt is counted before the password is looked at.

        Raises:
            Throttled: too many failures, and the right password does not help; or too many at once.
            Refused: wrong login or password; it does not say which.
        """
        login = login.strip().lower()
        try:
            attempt = await self._attempts.begin(login, address)
            async with self._database.reading() as connection:
                row = (await connection.execute(sa.select(users).where(users.c.login == login))).first()
            kept = row.password_hash if row is not None and row.disabled_at is None else None
            hashed = await self._passwords.right(kept, password)
        except TooOften as error:
            raise Throttled(_wait(error.minutes)) from None
        except Busy:
            raise Throttled(BUSY) from None
        if row is None or hashed is None:
            raise Refused("Identifiant ou mot de passe incorrect.")
        await self._attempts.succeeded(attempt, login, address)
        if hashed != kept:
            await self._keep(row.id, hashed)
        return await self.open_session(row.id)

    async def open_session(self, user: int) -> str:
        """Return the token of a new session of *user*."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {"token_hash": _hash(token), "user": user, "created_at": now, "seen_at": now}
        async with self._database.writing() as connection:
            await connection.execute(sessions.insert().values(row | {"expires_at": now + self._session}))
            await connection.execute(users.update().where(users.c.id == user).values(seen_at=now))
        return token

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
        if now - max(row.last, self._seen.get(_hash(token), row.last)) > SEEN_EVERY:
            await self._saw(row.id, _hash(token))
        return _user(row)

    async def sign_out(self, token: str) -> None:
        """End the session of *token*, and forget all that have expired."""
        ended = (sessions.c.token_hash == _hash(token)) | (sessions.c.expires_at <= self._now())
        async with self._database.writing() as connection:
            await connection.execute(sessions.delete().where(ended))

    async def sign_out_everywhere(self, user: int) -> int:
        """End every session of *user*; return how many there were."""
        async with self._database.writing() as connection:
            return (await connection.execute(sessions.delete().where(sessions.c.user == user))).rowcount

    async def change_password(self, user: User, current: str, new: str, address: str) -> str:
        """Give *user* another password, which ends all his sessions; return the token of a new one.

        Raises:
            Throttled: the current password was wrong too often.
            Refused: it is wrong, or the new one is not good enough.
        """
        _check_password(user.login, new)
        await self.sign_out(await self.sign_in(user.login, current, address))
        await self._keep(user.id, await self._hashed(new))
        await self.sign_out_everywhere(user.id)
        return await self.open_session(user.id)

    async def password_link(self, user: int) -> str:
        """Return the token of a link with which *user* chooses a new password, good once; older ones end.

        Raises:
            NoSuchUser: there is none.
        """
        async with self._database.writing() as connection:
            if not await connection.scalar(sa.select(users.c.id).where(users.c.id == user)):
                raise NoSuchUser
            await connection.execute(invitations.delete().where(invitations.c.user == user))
        return await self._link(RESET, role="", user=user)

    async def whose_password(self, token: str) -> User | None:
        """Return whose password a link is for; None when it is used, too old or made up."""
        query = sa.select(users).join(invitations, invitations.c.user == users.c.id)
        async with self._database.reading() as connection:
            row = (
                await connection.execute(query.where(self._open(token), users.c.disabled_at.is_(None)))
            ).first()
            return _user(row) if row is not None else None

    async def reset_password(self, token: str, new: str) -> User:
        """Give the user of a link the password *new*; all his sessions end.

        Raises:
            Refused: the link is no longer good, or the password is not good enough.
        """
        user = await self.whose_password(token)
        if user is None:
            raise Refused("Ce lien a déjà servi ou a expiré. Demandez-en un autre.")
        _check_password(user.login, new)
        hashed = await self._hashed(new)
        async with self._database.writing() as connection:
            used = sa.update(invitations).where(self._open(token)).values(used_at=self._now())
            if (await connection.execute(used)).rowcount != 1:
                raise Refused("Ce lien a déjà servi ou a expiré. Demandez-en un autre.")
        await self._keep(user.id, hashed)
        await self.sign_out_everywhere(user.id)
        await self._attempts.forget(user.login)
        return user

    async def change(self, user: int, role: Role, disabled: bool) -> User:
        """Give *user* another role, or let him in no more: his sessions end at once.

        Raises:
            NoSuchUser: there is none.
            Refused: nobody could administer the console any more.
        """
        disabled_at = self._now() if disabled else None
        admins = sa.select(sa.func.count()).where(
            users.c.role == Role.ADMIN, users.c.disabled_at.is_(None), users.c.id != user
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(sa.select(users).where(users.c.id == user))).first()
            if row is None:
                raise NoSuchUser
            others = await connection.scalar(admins)
            if not others and (disabled or role is not Role.ADMIN):
                raise Refused("C'est le dernier administrateur : nommez-en un autre d'abord.")
            values = {"role": role, "disabled_at": disabled_at}
            await connection.execute(users.update().where(users.c.id == user).values(values))
            if disabled:
                await connection.execute(sessions.delete().where(sessions.c.user == user))
                await connection.execute(invitations.delete().where(invitations.c.user == user))
        return _user(row)

    def _open(self, token: str) -> sa.ColumnElement[bool]:
        same = invitations.c.token_hash == _hash(token)
        return sa.and_(same, invitations.c.used_at.is_(None), invitations.c.expires_at > self._now())

    async def _link(self, lasting: timedelta, *, role: str, user: int | None = None) -> str:
        token, now = secrets.token_urlsafe(24), self._now()
        row = {"token_hash": _hash(token), "role": role, "user": user, "created_at": now}
        async with self._database.writing() as connection:
            await connection.execute(invitations.delete().where(invitations.c.expires_at <= now))
            await connection.execute(invitations.insert().values(row | {"expires_at": now + lasting}))
        return token

    async def _saw(self, user: int, token_hash: str) -> None:
        """Worth no failure, and no second try before the next minute."""
        now = self._now()
        self._seen = {known: at for known, at in self._seen.items() if now - at <= SEEN_EVERY}
        self._seen[token_hash] = now
        with suppress(SQLAlchemyError):
            async with self._database.writing() as connection:
                this = sessions.c.token_hash == token_hash
                await connection.execute(sessions.update().where(this).values(seen_at=now))
                await connection.execute(users.update().where(users.c.id == user).values(seen_at=now))

    async def _keep(self, user: int, hashed: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute(users.update().where(users.c.id == user).values(password_hash=hashed))

    async def _hashed(self, password: str) -> str:
        try:
            return await self._passwords.hashed(password)
        except Busy:
            raise Throttled(BUSY) from None


def _check_new(login: str, name: str, password: str) -> None:
    if not _LOGIN.fullmatch(login):
        raise Refused("Identifiant : 2 à 40 lettres minuscules sans accent, chiffres, points ou tirets.")
    if not 1 <= len(name) <= 80:
        raise Refused("Écrivez votre nom, en 80 caractères au plus.")
    _check_password(login, password)


def _check_password(login: str, password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            f"Mot de passe : au moins {SHORTEST_PASSWORD} caractères, {LONGEST_PASSWORD} au plus. "
            "Une phrase convient très bien."
        )
    if login in password.lower():
        raise Refused("Le mot de passe ne doit pas contenir l'identifiant.")


def _wait(minutes: int) -> str:
    return f"Trop d'essais. Attendez {minutes} minute{'s' if minutes > 1 else ''}, puis essayez de nouveau."


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
