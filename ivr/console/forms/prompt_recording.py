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
from ivr.errors import ConfigurationError
from ivr.store.journal import note


async def voice(request: Request, parts: Parts, prompt: str) -> None:
    """Do what the form of *prompt* asks: keep the recording that came with it, or take away the one kept.

    Raises:
        ConfigurationError: there is none, or it cannot be a prompt; the message is French.
    """
    old = recording_of(parts.draft.folder, prompt)
    files: dict[str, bytes | None] = {f"recordings/{old.name}": None} if old else {}
    if taken := await uploaded(request):
        content, suffix = taken
        files[f"recordings/{prompt}{suffix}"] = content
    elif "remove" not in await submitted(request):
        raise ConfigurationError("Choisissez d'abord un fichier.")
    await parts.draft.save(files)
    await note(parts.database, who(request), "recording", prompt)


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
