"""Slots of a spoken line: « Votre question porte sur {label}. »

Fills text; the values come from the caller of these functions. A slot is never left empty.
"""

import re

_SLOT = re.compile(r"\{([a-z-]+)\}")


def slots(text: str) -> tuple[str, ...]:
    """Return the names of the slots of *text*, in order."""
    return tuple(_SLOT.findall(text))


def fill(text: str, **values: str) -> str:
    """Return *text* with each ``{slot-name}`` replaced by the value of ``slot_name``.

    Raises:
        KeyError: a slot has no value or an empty one (play the variant without it), or a value no slot.
    """
    given = {name.replace("_", "-"): value for name, value in values.items()}
    wanted = set(slots(text))
    for name in wanted:
        if not given.get(name):
            raise KeyError(f"no value for the slot {{{name}}} of « {text} »")
    if surplus := given.keys() - wanted:
        raise KeyError(f"no slot {{{min(surplus)}}} in « {text} »")
    filled = _SLOT.sub(lambda slot: given[slot[1]], text)
    return filled[:1].upper() + filled[1:]
