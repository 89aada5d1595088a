"""Who calls, as Asterisk tells it, and what an agent's phone is told about him.

Only turns text into text; anything from outside is reduced to what cannot harm a dialplan.
"""

import re
import unicodedata

from ivr.dialogue.actions import Transfer
from ivr.dialogue.ports import Caller
from ivr.french.number_plan import from_abroad
from ivr.queue_names import is_queue_name
from ivr.telephony.agi import Environment

DISPLAY_LENGTH = 80
"""Characters of a caller's name that phones are given."""
TEXT_LENGTH = 200
"""Characters of any other variable."""


def caller_from(environment: Environment, *, recorded: bool = False) -> Caller:
    """Return what is known of the caller.

    ``returned=busy``, ``intent=adresse-mac`` and ``steps=r e1`` may come as arguments of ``AGI()`` or in its
    address.
    """
    options = environment.options
    return Caller(
        number=_number(environment),
        recorded=recorded,
        previous_intent=plain(options.get("intent", "")) or None,
        returned_from=plain(options.get("returned", "")) or None,
        previous_steps=tuple(plain(options.get("steps", "")).split()),
    )


def national(number: str) -> str | None:
    """Return the digits one dials in France, None if *number* is not made of digits.

    >>> national("+33 6 12 34 56 78")
    '0612345678'
    >>> national("+44 20 7946 0000")
    '00442079460000'
    """
    if re.search(r"[^\W\d_]", number):  # a SIP user name with digits in it is no number
        return None
    digits = re.sub(r"\D", "", number, flags=re.ASCII)
    if number.lstrip().startswith("+"):
        digits = f"00{digits}"
    return from_abroad(digits) or digits or None


def plain(text: str, length: int = TEXT_LENGTH) -> str:
    """Return *text* as one line of letters, digits and harmless punctuation, at most *length* characters.

    Quotes, brackets, dollars, commas, semicolons, pipes and backslashes mean something to a dialplan.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalnum() or c in "'’-.!?:/@+%_=" else " " for c in composed)
    return " ".join(kept.split())[:length].rstrip()


def hand_off_variables(transfer: Transfer) -> dict[str, str]:
    """Return the channel variables of a hand-off; ``IVR_LABEL`` is what the agent's phone shows."""
    variables = {
        "IVR_QUEUE": transfer.queue if is_queue_name(transfer.queue) else "",  # the dialplan's own, then
        "IVR_REASON": plain(transfer.reason),
        "IVR_INTENT": plain(transfer.intent),
        "IVR_WORDS": plain(transfer.words),
        "IVR_STEPS": plain(transfer.steps),
    }
    if shown := display_name(transfer):
        variables["IVR_LABEL"] = shown
    return variables


def display_name(transfer: Transfer) -> str:
    """Return what the agent reads on the phone while it rings; empty: leave the caller's own name.

    >>> display_name(Transfer("support", "requested", intent="adresse-mac", words="c'est « où » ?"))
    "adresse-mac : c'est où ?"
    """
    return plain(" : ".join(part for part in (transfer.intent, transfer.words) if part), DISPLAY_LENGTH)


_WITHHELD = {"", "unknown", "anonymous", "restricted", "unavailable", "private", "asserted", "<unknown>"}
_PRESENTATION_HIDDEN = 0x60
"""Bits of ``agi_callingpres`` that are zero when the number may be shown."""


def _number(environment: Environment) -> str | None:
    presentation = environment.variables.get("callingpres", "0")
    if presentation.isdecimal() and int(presentation) & _PRESENTATION_HIDDEN:
        return None
    number = environment.variables.get("callerid", "")
    if number.lower() in _WITHHELD:
        return None
    return national(number)
