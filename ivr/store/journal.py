"""The audit log: who changed what, when.

Only adds and reads; nothing in it is ever changed from the console.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ivr.store.database import Database
from ivr.store.schema import audit


class Action(enum.StrEnum):
    """What is noted."""

    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGN_OUT = "sign-out"
    SIGN_OUT_EVERYWHERE = "sign-out-everywhere"
    PASSWORD = "password"
    PASSWORD_LINK = "password-link"
    PASSWORD_RESET = "password-reset"
    SIGN_UP = "sign-up"
    INVITE = "invite"
    USER = "user"
    DRAFT = "draft"
    DRAFT_DROPPED = "draft-dropped"
    DRAFT_UNDONE = "draft-undone"
    RECORDING = "recording"
    PUBLISH = "publish"
    INCIDENT = "incident"
    INCIDENT_ENDED = "incident-ended"
    RETENTION = "retention"
    ROLLBACK = "rollback"
    SCHEDULE = "schedule"
    SCHEDULE_ENDED = "schedule-ended"
    SCHEDULE_CANCELLED = "schedule-cancelled"
    SCHEDULE_FAILED = "schedule-failed"
    SCHEDULE_HEARD = "schedule-heard"
    SCHEDULE_MISSED = "schedule-missed"
    SCHEDULE_OVER = "schedule-over"
    REGRESSION = "regression"
    LEARN = "learn"
    HAND_OFF = "hand-off"
    EXPORT = "export"
    VOICE = "voice"
    OVERHEAR = "overhear"


ACTIONS = {
    Action.SIGN_IN: "s'est connecté",
    Action.SIGN_IN_FAILED: "a essayé en vain de se connecter",
    Action.SIGN_IN_THROTTLED: "a dû attendre après trop d'essais de connexion",
    Action.SIGN_OUT: "s'est déconnecté",
    Action.SIGN_OUT_EVERYWHERE: "s'est déconnecté partout",
    Action.PASSWORD: "a changé son mot de passe",
    Action.PASSWORD_LINK: "a créé un lien pour un nouveau mot de passe",
    Action.PASSWORD_RESET: "a choisi un nouveau mot de passe",
    Action.SIGN_UP: "a créé son compte",
    Action.INVITE: "a créé un lien d'inscription",
    Action.USER: "a modifié un utilisateur",
    Action.DRAFT: "a modifié le brouillon",
    Action.DRAFT_DROPPED: "a abandonné le brouillon",
    Action.DRAFT_UNDONE: "a annulé un changement du brouillon",
    Action.RECORDING: "a changé un enregistrement",
    Action.PUBLISH: "a publié",
    Action.INCIDENT: "fait entendre un message d'incident",
    Action.INCIDENT_ENDED: "a mis fin à un message d'incident",
    Action.RETENTION: "a changé les durées de conservation",
    Action.ROLLBACK: "est revenu à une édition",
    Action.SCHEDULE: "a prévu une publication",
    Action.SCHEDULE_ENDED: "a mis fin à une publication prévue",
    Action.SCHEDULE_CANCELLED: "a annulé une publication prévue",
    Action.SCHEDULE_FAILED: "avait prévu une publication, qui n'a pas pu se faire",
    Action.SCHEDULE_HEARD: "avait prévu une publication, qui est en ligne",
    Action.SCHEDULE_MISSED: "avait prévu une publication, dont l'heure est passée sans serveur",
    Action.SCHEDULE_OVER: "avait prévu la fin d'une publication, qui a eu lieu",
    Action.REGRESSION: "a joué des appels de contrôle",
    Action.LEARN: "a classé une phrase",
    Action.HAND_OFF: "a confié un appel à un conseiller",
    Action.EXPORT: "a exporté des chiffres",
    Action.VOICE: "a écouté la voix d'un appelant",
    Action.OVERHEAR: "a écouté un appel en cours",
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
        return ACTIONS[Action(self.action)] if self.action in set(Action) else self.action


async def note(database: Database, by: str, action: str, subject: str = "", **detail: object) -> None:
    """Add one entry; *action* is an :class:`Action`."""
    row = {
        "at": datetime.now(UTC),
        "by": by,
        "action": Action(action).value,
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
