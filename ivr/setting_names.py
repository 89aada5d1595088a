"""Names of settings, and which one a mistyped name is nearest to.

Knows no values.
"""

import difflib
import os
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ValidationError

PREFIX = "IVR_"
NESTED = "__"
OTHERS = frozenset({"IVR_CONFIG", "IVR_ASTERISK_ROOT", "IVR_DEBIAN_MIRROR"})
"""Variables of ours that are no settings: the file itself, and what unpacks and tests Asterisk."""


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Return every key of *model*, sections included: ``agi``, ``agi.port``…"""
    for name, field in model.model_fields.items():
        yield f"{above}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{above}{name}.")


def nearest(key: str, known: Iterable[str]) -> str | None:
    """Return the key that was probably meant by *key*, None if none is near."""
    return next(iter(difflib.get_close_matches(key, known, 1)), None)


def key_of(variable: str) -> str:
    """Return the key that an environment variable stands for.

    >>> key_of("IVR_AGI__PORT")
    'agi.port'
    """
    return variable.removeprefix(PREFIX).lower().replace(NESTED, ".")


def variable_of(key: str) -> str:
    """Return the environment variable of a key.

    >>> variable_of("agi.port")
    'IVR_AGI__PORT'
    """
    return PREFIX + key.upper().replace(".", NESTED)


def unknown_variable(names: Iterable[str], model: type[BaseModel]) -> str | None:
    """Return what to tell about the first of *names* that looks like a setting and is none."""
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in OTHERS:
            key = key_of(name)
            if key.split(".")[0] not in model.model_fields:
                meant = nearest(key, keys(model))
                return f"{name}: no such setting{f' (do you mean {variable_of(meant)}?)' if meant else ''}"
    return None


def complaint(error: ValidationError, model: type[BaseModel]) -> str:
    """Return the first mistake: which key, where it may come from, and what is wrong with it."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    variable = variable_of(key)
    place = f"{key} (from {variable})" if variable in os.environ else key
    if first["type"] == "extra_forbidden":
        meant = nearest(key, keys(model))
        guess = f" (do you mean {meant}?)" if meant else ""
        return f"{place}: unknown key{guess}; see docs/reference/settings.md"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
