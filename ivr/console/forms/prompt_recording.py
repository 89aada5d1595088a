"""A person's voice instead of the synthesis, for one prompt: kept in the draft, or taken away again.

Checks and stores; does not know which prompts exist.
"""

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request

from ivr.console.preview import check_recording, recording_of
from ivr.console.services import Parts
from ivr.console.submitted import submitted
from ivr.console.templating import who
from ivr.content.draft import Files
from ivr.errors import ConfigurationError
from ivr.store.journal import Action, note


async def voice(request: Request, parts: Parts, prompt: str) -> None:
    """Do what the form of *prompt* asks: keep the recording that came with it, or take away the one kept.

    Raises:
        ConfigurationError: there is none, or it cannot be a prompt; the message is French.
    """
    taken = await uploaded(request)
    if taken is None and "remove" not in await submitted(request):
        raise ConfigurationError("Choisissez d'abord un fichier.")

    def voiced() -> Files:
        old = recording_of(parts.draft.folder, prompt)
        files: dict[str, bytes | None] = {f"recordings/{old.name}": None} if old else {}
        return files | ({f"recordings/{prompt}{taken[1]}": taken[0]} if taken else {})

    await parts.draft.change(voiced)
    await note(parts.database, who(request), Action.RECORDING, prompt)


async def uploaded(request: Request) -> tuple[bytes, str] | None:
    """Return the recording that came with a form and its suffix, once checked; None when none came.

    Raises:
        ConfigurationError: it cannot be a prompt; the message is French.
    """
    async with request.form() as form:
        upload = form.get("recording")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return None
        content = await upload.read()
    return content, await asyncio.to_thread(check_recording, content)
