"""Where one request may end and the next begin, in what was heard.

Proposes cuts; whether they separate two questions is decided by their meaning, elsewhere.
"""

import enum
import re
from dataclasses import dataclass

from ivr.french.heard import clean, fold

_NEXT = r"(?:une |la |ma )?(?:autre|deuxieme|seconde|derniere) (?:question|chose|point|demande)"
_MEANWHILE = r"(?:pendant|tant) que (?:je vous ai|vous etes la|j y suis|vous y etes|nous y sommes)"
_STRONG = (
    r"(?:ah )?(?:oui )?et (?:puis|aussi|ensuite|apres|sinon|egalement|au passage|tant qu on y est|"
    r"par ailleurs|par contre|d ailleurs|en plus|en meme temps|du coup|enfin|autre chose|voila que|"
    rf"j en profite|on en profite pour|pour finir|{_NEXT}|{_MEANWHILE})|ah (?:oui )?et|puis aussi|et encore|"
    rf"sinon|par ailleurs|par contre|d ailleurs|autre chose|{_NEXT}|{_MEANWHILE}|tant qu on y est|ainsi que|"
    r"au passage|en plus(?: de ca)?|a part ca|a cote de ca|deuxiemement|pour finir|et pour finir|"
    r"j en profite pour|on en profite pour|(?:je voudrais|j aimerais|je veux) aussi|aussi"
)
_AND = r"et|puis|ensuite|ni"
_JOINT = re.compile(
    rf"(?P<strong>(?:[?!;.,:…]+\s+)?\b(?:{_STRONG})\b|[?!;.]+(?=\s|$))|(?P<and>\b(?:{_AND})\b)|"
    r"(?P<pause>\bmais\b|[,:…]+(?=\s|$))"
)
_ASKS = re.compile(
    r"\b(?:comment|ou|combien|quel|quels|quelle|quelles|est ce|pourquoi|puis je|peut on|peux|peut|voudrais|"
    r"veux|voudrai|aimerais|faut|besoin|cherche|savoir|connaitre|pas|plus|perdu|perdre|oublie|quoi|possible|"
    r"qui|dites moi|donnez moi|expliquez|souhaite|quand|sont ils|est il|est elle|demenage|demenageons|arrive|"
    r"faire)\b"
)
_SETTING = re.compile(
    r"^(?:avec|depuis|pour|dans|a partir|en tant|une fois|quand|si|lorsque|sur|chez|comme|par rapport|"
    r"concernant)\b|^(?:(?:oui |bonjour |alors )*"
    r"(?:je suis|on est|nous sommes|j ai l|j ai le|j ai verifie|c est moi)\b(?!.*\b(?:pas|plus)\b))"
)
_LEANING = re.compile(
    r"^(?:alors|donc|du coup|parce que|car|c est pour)\b|\b(?:le|la|les) permet|"
    r"\b(?:le|y|en|lui|leur) (?:re)?faire\b"
)
"""Signs that a part draws on what was said before it: it is no question of its own."""
_TELLS = re.compile(
    r"\b(?:je|j|on|il|ils|elle|elles|nous|vous|tu|qui|a|est|sont|ai|ont|s|se|m|me|ca|c|etait|avons|part|va|vient)\b"
)
"""Signs of a sentence; without one it is a list of key words, each of them asked for."""


_TAKEN_BACK = re.compile(
    r"\b(?:non pardon|pardon non|(?:euh|ah|oh) pardon|enfin non|non enfin|enfin si|"
    r"je me trompe|je me suis trompee?|je veux dire|je voulais dire|non plutot|ou plutot|"
    r"(?<!ou )non,? c est|non,? pas \w+)\b"
)
"""After this, what was said before does not count any more."""


class Joint(enum.StrEnum):
    """What stands between two clauses."""

    STRONG = "strong"
    """« et aussi », « sinon », a full stop: rarely inside one request."""
    AND = "and"
    PAUSE = "pause"
    """A comma, « mais »: mostly inside one request."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut an utterance in two."""

    before: str
    after: str
    joint: Joint

    @property
    def asks(self) -> bool:
        """Whether the first part asks for something or reports a trouble, rather than telling a story."""
        return _ASKS.search(self.before) is not None or not _TELLS.search(self.before)

    @property
    def sets(self) -> bool:
        """Whether the first part only sets the scene (« avec mon compte administrateur, … »)."""
        return _SETTING.search(self.before) is not None


def restated(text: str) -> str | None:
    """Return what the caller says instead in « …, non pardon, c'est … », None when nothing is taken back."""
    plain = _plain(text)
    taken_back = [found.end() for found in _TAKEN_BACK.finditer(plain)]
    return plain[taken_back[-1] :].strip(_EDGES) or None if taken_back else None


def cuts(text: str, at_most: int = 2) -> list[Cut]:
    """Return the places where *text* may be two requests, strong ones first.

    Not where one part only sets the scene, or the other draws on it.
    """
    plain = _plain(text)
    found = []
    for joint in _JOINT.finditer(plain):
        before, after = plain[: joint.start()].strip(_EDGES), plain[joint.end() :].strip(_EDGES)
        if before and after and not _LEANING.search(after) and not _frames(before):
            found.append(Cut(before, after, Joint(joint.lastgroup or Joint.PAUSE)))
    return sorted(found, key=lambda cut: list(Joint).index(cut.joint))[:at_most]


def _plain(text: str) -> str:
    """Return *text* without accents and elisions, its marks kept."""
    return fold(clean(text)).replace("'", " ").replace("-", " ")


def _frames(part: str) -> bool:
    """Whether *part* is no sentence and only sets the scene: « en tant qu'administrateur, … »."""
    return _SETTING.search(part) is not None and not _TELLS.search(part)


_EDGES = " ,;:.?!…"
