"""What a browser submits: the form of a request, its fields, and a copy of them for a page that asks again.

Reads requests; knows no page.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from ivr.console.entered_text import LONGEST, named, taken

MOST_FIELDS = 20_000
"""A question of 60 steps with 30 replies each has 9,000."""
LONGEST_FIELD = 2 * 1024 * 1024
"""Bytes; the body's own limit is reached first."""
SECRETS = frozenset({"password", "again", "current", "kept", "back"})
"""Fields that no page ever shows again."""
SHORT = 40
"""Characters; a longer value is a text that somebody wrote."""


async def submitted(request: Request) -> FormData:
    """Return the form of *request*; a text field may be as long as the whole body."""
    return await request.form(max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)


def field(form: Mapping[str, Any], name: str, limit: int = LONGEST) -> str:
    """Return a text field, normalised; empty when absent or a file. Raises TooLong."""
    value = form.get(name, "")
    return taken(name, value, limit) if isinstance(value, str) else ""


def fields(form: FormData, name: str, limit: int = LONGEST) -> list[str]:
    """Return every text sent under *name*, normalised. Raises TooLong."""
    return [taken(name, each, limit) for each in form.getlist(name) if isinstance(each, str)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be saved, so that it can be sent again from another page."""

    address: str
    """Where it was sent: a path of the console."""
    values: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """What a person wrote: the field's name, what it is called, and the text."""
        return [(name, named(name), value) for name, value in self.values if _is_written(name, value)]

    @property
    def others(self) -> list[tuple[str, str]]:
        """What goes with it unseen."""
        return [(name, value) for name, value in self.values if not _is_written(name, value)]

    def encode(self) -> str:
        """Return it as one field of another form."""
        return json.dumps([self.address, self.values], ensure_ascii=False)


async def kept_of(request: Request) -> Kept | None:
    """Return what *request* submits, but files and passwords; None when that is no text at all."""
    form = await submitted(request)
    values = tuple(_kept_values(form))
    return Kept(local_path(f"{request.url.path}?{request.url.query}"), values) if values else None


def kept_in(text: str) -> Kept | None:
    """Return what :meth:`Kept.encode` wrote; None when it is not that."""
    try:
        address, values = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in values)
    except (ValueError, TypeError):
        return None
    return Kept(local_path(str(address)), pairs)


def local_path(address: str) -> str:
    """Return *address* if it is a path of this console, else its first page: we lead nowhere else."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address.removesuffix("?") if plain and address.isprintable() else "/"


def _kept_values(form: FormData) -> Iterator[tuple[str, str]]:
    for name, value in form.multi_items():
        if isinstance(value, str) and name not in SECRETS:
            yield name, value


def _is_written(name: str, value: str) -> bool:
    return "\n" in value or len(value) > SHORT or name in {"text", "comment"}
