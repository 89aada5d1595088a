"""``ivr user``: who may use the console: list, links to sign up or for a new password, no access any more.

Parses and prints; ``ivr.console.accounts`` does the work. Safe beside a running server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.exc import DBAPIError

from ivr.config import Settings, load_settings
from ivr.console.access.links import base_of
from ivr.console.accounts import Accounts, Role, User
from ivr.errors import IvrError
from ivr.store.database import Database, reason_of
from ivr.store.journal import note

T = TypeVar("T")
BY = "ivr user"


@click.group()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
@click.pass_context
def command(context: click.Context, config: Path | None) -> None:
    """Who may use the console."""
    context.obj = load_settings(config)


@command.command("list")
@click.pass_obj
def list_users(settings: Settings) -> None:
    """Print everybody, one a line."""
    for user in _with(settings, lambda accounts, _: accounts.users()):
        seen = f"{user.seen_at:%Y-%m-%d}" if user.seen_at else "never"
        print(f"{user.login}\t{user.role}\t{'disabled' if user.disabled else 'active'}\t{seen}\t{user.name}")


@command.command()
@click.argument("login")
@click.pass_obj
def reset(settings: Settings, login: str) -> None:
    """Print a link, good once within a day, with which LOGIN chooses a new password."""

    async def work(accounts: Accounts, database: Database) -> str:
        user = await _found(accounts, login)
        await note(database, BY, "password-link", user.login)
        return await accounts.password_link(user.id)

    print(f"{_base(settings)}/mot-de-passe/{_with(settings, work)}")


@command.command()
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.pass_obj
def invite(settings: Settings, role: str) -> None:
    """Print a link, good once within two days, with which somebody signs up as ROLE."""

    async def work(accounts: Accounts, database: Database) -> str:
        await note(database, BY, "invite", role)
        return await accounts.invite(Role(role))

    print(f"{_base(settings)}/inscription/{_with(settings, work)}")


@command.command()
@click.argument("login")
@click.pass_obj
def disable(settings: Settings, login: str) -> None:
    """Let LOGIN in no more; the sessions end at once."""

    async def work(accounts: Accounts, database: Database) -> User:
        user = await _found(accounts, login)
        changed = await accounts.change(user.id, user.role, disabled=True)
        await note(database, BY, "user", user.login, role=user.role, disabled=True)
        return changed

    print(f"{_with(settings, work).login}: disabled")


async def _found(accounts: Accounts, login: str) -> User:
    user = await accounts.find(login)
    if user is None:
        raise IvrError(f"{login}: there is no such user; `ivr user list` prints them")
    return user


def _base(settings: Settings) -> str:
    return base_of(settings.console, f"{settings.console.host}:{settings.console.port}")


def _with(settings: Settings, work: Callable[[Accounts, Database], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Database(settings.store.url) as database:
            await database.upgrade()
            session = timedelta(hours=settings.console.session_hours)
            return await work(Accounts(database, lambda: datetime.now(UTC), session), database)

    try:
        return asyncio.run(run())
    except (DBAPIError, OSError) as error:
        raise IvrError(reason_of(error)) from None
