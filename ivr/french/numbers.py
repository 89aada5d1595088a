"""Numbers, waiting times and clock times in French words.

Says them; hearing telephone numbers is ``ivr.french.phone``'s business.
"""

_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
_LIMIT = 10**9
_WAITS = {2: "deux minutes", 5: "cinq minutes", 10: "dix minutes"}
_LONGER = "plus de dix minutes"


def say_integer(number: int) -> str:
    """Return *number* in words: 71 is « soixante et onze », 200 « deux cents ».

    Raises:
        ValueError: beyond a thousand million.
    """
    if abs(number) >= _LIMIT:
        raise ValueError(f"{number} is too large to be said")
    if number < 0:
        return f"moins {say_integer(-number)}"
    if number >= 10**6:
        millions, rest = divmod(number, 10**6)
        words = f"{_below_thousand(millions)} million{'s' if millions > 1 else ''}"
        return f"{words} {say_integer(rest)}" if rest else words
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    # « cent » and « vingt » take no -s before mille
    words = f"{_below_thousand(thousands, last=False)} mille" if thousands > 1 else "mille"
    return f"{words} {_below_thousand(rest)}" if rest else words


def say_count(number: int, thing: str) -> str:
    """Return how many of a feminine *thing* there are: « une étape », « trois étapes »."""
    return f"une {thing}" if number == 1 else f"{_feminine(say_integer(number))} {thing}s"


def say_wait(seconds: float) -> str:
    """Return a waiting time rounded up to what may be announced: two, five, ten minutes or more."""
    return next((words for minutes, words in _WAITS.items() if seconds <= minutes * 60), _LONGER)


def say_time(hour: int, minute: int = 0) -> str:
    """Return a time of day: « neuf heures trente », « midi », « minuit » (0 or 24)."""
    if hour in (0, 24):
        named = "minuit"
    elif hour == 12:
        named = "midi"
    else:
        named = "une heure" if hour == 1 else f"{_feminine(say_integer(hour))} heures"
    return f"{named} {_feminine(say_integer(minute))}" if minute else named


def _feminine(words: str) -> str:
    return f"{words}e" if words == "un" or words.endswith(" un") else words


def _below_thousand(number: int, last: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, last)
    words = "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    if rest:
        return f"{words} {_below_hundred(rest, last)}"
    return f"{words}s" if hundreds > 1 and last else words


def _below_hundred(number: int, last: bool) -> str:
    if number < 20:
        return _UNITS[number]
    ten, unit = divmod(number, 10)
    if ten in (7, 9):
        ten, unit = ten - 1, unit + 10
    if not unit:
        return f"{_TENS[ten]}s" if ten == 8 and last else _TENS[ten]
    joint = " et " if unit in (1, 11) and ten != 8 else "-"
    return f"{_TENS[ten]}{joint}{_UNITS[unit]}"
