"""The French numbering plan: what this line may call or write to, and numbers as other countries dial them.

Pure. National numbers are ten digits (« 0612345678 »). Source: Arcep, plan national de numérotation.
"""

import re
from dataclasses import dataclass

_NATIONAL = re.compile(r"0[1-9][0-9]{8}")
_OVERSEAS = {
    "262": re.compile(r"0(?:26[239]|639|69[23])\d{6}"),  # La Réunion, Mayotte
    "590": re.compile(r"0(?:590|69[01])\d{6}"),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "594": re.compile(r"0[56]94\d{6}"),  # Guyane
    "596": re.compile(r"0(?:596|69[67])\d{6}"),  # Martinique
}


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What may be called and written to: national numbers by how they begin, and nothing else.

    By default geographic, mobile and 09. Never 08 (premium rates), short numbers or foreign ones: who books a
    callback chooses what this line pays for.

    >>> plan = NumberPlan()
    >>> [plan.may_be_called(each) for each in ("0612345678", "0899123456", "3949", "00442079460000")]
    [True, False, False, False]
    """

    called: tuple[str, ...] = ("01", "02", "03", "04", "05", "06", "07", "09")
    written: tuple[str, ...] = ("06", "07")

    def may_be_called(self, number: str) -> bool:
        """Whether this line may call *number*, in national form."""
        return is_national(number) and number.startswith(self.called)

    def may_be_written(self, number: str) -> bool:
        """Whether it may send *number* a text message."""
        return is_national(number) and number.startswith(self.written)


def is_national(number: str) -> bool:
    """Whether *number* is one in national form: ten digits, none but those of a keyboard.

    >>> is_national("0612345678"), is_national("3949"), is_national("0612345678\u00b2")
    (True, False, False)
    """
    return _NATIONAL.fullmatch(number) is not None


def from_abroad(digits: str) -> str | None:
    """Return the national form of *digits* that begin with a French country code; None for others.

    >>> from_abroad("00262692123456"), from_abroad("33612345678")
    ('0692123456', '0612345678')
    """
    if match := re.fullmatch(r"0033(?:0?)([1-9]\d{8})|33([1-9]\d{8})", digits):
        return f"0{match[1] or match[2]}"
    if match := re.fullmatch(r"(?:00)?(262|590|594|596)0?([1-9]\d{8})", digits):
        national = f"0{match[2]}"
        return national if _OVERSEAS[match[1]].fullmatch(national) else None
    return None


def international(number: str) -> str:
    """Return a national *number* as the whole world dials it (E.164).

    >>> international("0692123456"), international("0612345678")
    ('+262692123456', '+33612345678')
    """
    country = next((code for code, plan in _OVERSEAS.items() if plan.fullmatch(number)), "33")
    return f"+{country}{number[1:]}"
