"""The audit log: who changed what, when.

Only adds and reads; nothing in it is ever changed from the console.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.schema import audit

ACTIONS = {
    "sign-in": "s'est connecté",
    "sign-in-failed": "a essayé en vain de se connecter",
    "sign-in-throttled": "a dû attendre après trop d'essais de connexion",
    "sign-out": "s'est déconnecté",
    "sign-out-everywhere": "s'est déconnecté partout",
    "password": "a changé son mot de passe",
    "password-link": "a créé un lien pour un nouveau mot de passe",
    "password-reset": "a choisi un nouveau mot de passe",
    "sign-up": "a créé son compte",
    "invite": "a créé un lien d'inscription",
    "user": "a modifié un utilisateur",
    "draft": "a modifié le brouillon",
    "draft-dropped": "a abandonné le brouillon",
    "recording": "a changé un enregistrement",
    "publish": "a publié",
    "incident": "fait entendre un message d'incident",
    "incident-ended": "a mis fin à un message d'incident",
    "retention": "a changé les durées de conservation",
    "rollback": "est revenu à une édition",
    "schedule": "a prévu une publication",
    "schedule-ended": "a mis fin à une publication prévue",
    "schedule-cancelled": "a annulé une publication prévue",
    "schedule-failed": "avait prévu une publication, qui n'a pas pu se faire",
    "schedule-heard": "avait prévu une publication, qui est en ligne",
    "schedule-missed": "avait prévu une publication, dont l'heure est passée sans serveur",
    "schedule-over": "avait prévu la fin d'une publication, qui a eu lieu",
    "regression": "a joué des appels de contrôle",
    "learn": "a classé une phrase",
    "hand-off": "a confié un appel à un conseiller",
    "export": "a exporté des chiffres",
    "voice": "a écouté la voix d'un appelant",
    "overhear": "a écouté un appel en cours",
}
"""How the page tells each of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    at: datetime
    by: str
    action: str
    subject: str
    detail: Mapping[str, Any] | None

    @property
    def told(self) -> str:
        """The action in French."""
        return ACTIONS.get(self.action, self.action)


async def note(database: Database, by: str, action: str, subject: str = "", **detail: object) -> None:
    """Add one entry."""
    row = {
        "at": datetime.now(UTC),
        "by": by,
        "action": action,
        "subject": subject[:200],
        "detail": detail or None,
    }
    async with database.writing() as connection:
        await connection.execute(audit.insert().values(row))


async def recent(database: Database, count: int = 100) -> tuple[Entry, ...]:
    """Return the newest entries, newest first."""
    columns = (audit.c.at, audit.c.by, audit.c.action, audit.c.subject, audit.c.detail)
    query = sa.select(*columns).order_by(audit.c.id.desc()).limit(count)
    async with database.reading() as connection:
        return tuple(Entry(*row) for row in await connection.execute(query))
