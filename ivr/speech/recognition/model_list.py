"""The list of the models that Vosk's makers publish: where each one is, and its checksum.

The list and the models come over https from one place; the MD5 in it tells a damaged file, not a false one.
"""

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass

from ivr.errors import EngineError

LIST = "https://alphacephei.com/vosk/models/model-list.json"
_NAME = re.compile(r"vosk-model-[\w.-]+")
_LARGEST = 4 << 20
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Published:
    """A model of the list."""

    name: str
    address: str
    md5: str


def is_name(source: str) -> bool:
    """Whether *source* can be a published model's name, rather than a path or an address."""
    return _NAME.fullmatch(source) is not None and not source.endswith(".zip")


def find(name: str, where: str = LIST) -> Published:
    """Return the published model of this *name*.

    Raises:
        EngineError: the list cannot be had, or has no such model.
    """
    models = _fetch(where)
    for model in models:
        if model.get("name") == name and model.get("url") and model.get("md5"):
            return Published(name, str(model["url"]), str(model["md5"]).lower())
    french = sorted(str(model["name"]) for model in models if model.get("lang") == "fr" and model.get("name"))
    raise EngineError(f"{name}: no published model; the French ones are {', '.join(french) or 'none'}")


def _fetch(where: str) -> list[dict[str, object]]:
    try:
        with urllib.request.urlopen(where, timeout=_SECONDS) as response:
            found = json.loads(response.read(_LARGEST))
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise EngineError(
            f"the list of published models cannot be fetched ({reason}); "
            "fetch the model's zip file elsewhere and give its path"
        ) from None
    if not isinstance(found, list) or not all(isinstance(model, dict) for model in found):
        raise EngineError(f"{where}: not a list of models")
    return found
