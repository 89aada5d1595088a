"""« Épelez »: the acronyms and names of a sentence, letter by letter.

Reads what was written; hears nothing.
"""

import re

_ACRONYM = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Za-z]{2,8}\b")
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-Z][a-z]{2,12}\b")
AT_MOST = 3
"""Words that are spelled at once."""


def spelled(text: str) -> str:
    """Return the acronyms of *text*, else its names, spelled: « UCEP : U, C, E, P »; empty without any.

    >>> spelled("Connectez-vous à votre portail UCEP avec ce compte.")
    'UCEP : U, C, E, P'
    """
    found = _ACRONYM.findall(text) or _NAME.findall(text)
    words = list(dict.fromkeys(found))[:AT_MOST]
    return ". ".join(f"{word} : {', '.join(word.upper())}" for word in words)
