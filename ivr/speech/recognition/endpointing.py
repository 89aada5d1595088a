"""When the caller's turn begins and ends, counted in 20 ms steps of audio.

Pure: no clock. Knows words and voiced steps, not how they were found.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

STEP_SECONDS = 0.02


def steps(seconds: float) -> int:
    """Return how many steps make up *seconds*."""
    return round(seconds / STEP_SECONDS)


LOOK_BACK = steps(0.3)
"""Steps before the first voiced one that belong to the utterance: soft consonants begin it."""

_UNFINISHED = """
à au aux avec chez d' dans de depuis des du en entre par pendant pour sans sur vers concernant afin
ce ces cet cette chaque l' la le les leur leurs ma mes mon nos notre quel quelle quels quelles sa ses son
ta tes ton un une vos votre plusieurs
et ou où mais donc car comme lorsque parce puis puisque qu' quand que qui dont si tandis jusque
c' elle il ils j' je m' me n' ne on s' se t' tu
ai avez est êtes ont peux pourrais pouvez sont suis vais veut voudrais aimerais souhaite souhaiterais
euh heu hein très trop
"""
UNFINISHED = frozenset(_UNFINISHED.split())
"""Words that hardly ever end what a caller wants to say."""


_WHOLE = frozenset({"quelqu'un"})
"""Words that look like an elision before an unfinished word, and are none."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a silence ends the turn, in seconds, by what was heard before it."""

    ordinary: float = 0.75
    reply: float = 0.5
    """After a finished yes, no or command."""
    decisive: float = 0.4
    """After words that need no more, says the dialogue, unless the last one announces another."""
    unfinished: float = 1.25
    """After a word that announces another."""
    longest: float = 20.0
    """Of a whole utterance."""
    wordless: float = 6.0
    """Of something loud in which no word was found."""

    def after(self, heard: "Heard", *, decisive: bool) -> float:
        """Return the silence that ends the turn after what was *heard* so far."""
        if heard.finished:
            return self.reply
        if heard.unfinished or _is_unfinished(heard.text):
            return max(self.unfinished, self.ordinary)
        return min(self.decisive, self.ordinary) if decisive else self.ordinary


class Onset:
    """Tells speech from clicks: enough voiced steps among the last ones."""

    def __init__(self, needed: int = 8, window: int = 12) -> None:
        self._needed = needed
        self._recent: deque[bool] = deque(maxlen=window)

    @property
    def voiced(self) -> int:
        """Voiced steps in the window."""
        return sum(self._recent)

    def step(self, voiced: bool) -> bool:
        """Take one step; True while there is speech."""
        self._recent.append(voiced)
        return self.voiced >= self._needed

    def reset(self) -> None:
        """Forget what was heard."""
        self._recent.clear()


class Brief:
    """Something too short to be told from a noise by its sound: a reply when its words say so in time."""

    _ASK = steps(0.2)
    _WAIT = steps(0.5)
    """Silence in which the words must come out."""
    _LONGEST = steps(1.2)

    def __init__(self) -> None:
        self.length = 0
        """Steps since the first."""
        self.silence = 0
        """Steps since the last that was voiced or loud."""

    def step(self, audible: bool) -> int:
        """Take one step; return the steps of silence."""
        self.length += 1
        self.silence = 0 if audible else self.silence + 1
        return self.silence

    @property
    def asking(self) -> bool:
        """Whether it is worth asking for the words."""
        return self.silence >= self._ASK or self.length % self._ASK == 0

    @property
    def over(self) -> bool:
        """Whether it was a noise."""
        return self.silence >= self._WAIT or self.length >= self._LONGEST


@dataclass(frozen=True, slots=True)
class Heard:
    """What the decoders understood so far."""

    text: str = ""
    """Of free speech, or of the closed grammar when it works alone."""
    finished: bool = False
    """The closed grammar understood exactly one of its phrases, or a whole telephone number."""
    unfinished: bool = False
    """A telephone number of which digits are missing: people pause between its pairs."""


class Endpointer:
    """One utterance from its onset to its end."""

    _BLIP = 3
    _WINDOW = 5

    def __init__(self, patience: Patience, decisive: Callable[[str], bool] = lambda text: False) -> None:
        """Begin. *decisive* tells whether words need no continuation to be answered."""
        self._patience = patience
        self._decisive = decisive
        self._onset = Onset(self._BLIP, self._WINDOW)
        self.heard = Heard()
        """What the words decide on; asked for only now and then."""
        self.limit = steps(patience.ordinary)
        """Steps of silence that end the turn, after what was heard."""
        self.length = 0
        """Steps since the onset."""
        self.silence = 0
        """Steps since the last speech; a blip of a step or two in it does not count as speech."""

    def step(self, voiced: bool, heard: Heard) -> bool:
        """Take one step; True when it ends the turn."""
        self.length += 1
        self.silence = 0 if self._onset.step(voiced) else self.silence + 1
        if heard != self.heard:
            self.heard = heard
            decisive = bool(heard.text) and self._decisive(heard.text)
            self.limit = steps(self._patience.after(heard, decisive=decisive))
        if self.length >= steps(self._patience.longest) or self.silence >= self.limit:
            return True
        return not heard.text and not heard.finished and self.length >= steps(self._patience.wordless)

    @property
    def spoken(self) -> float:
        """Seconds from the onset to the last speech."""
        return max(0, self.length - self.silence) * STEP_SECONDS


def _is_unfinished(text: str) -> bool:
    last = "".join(text.split()[-1:])
    if last not in _WHOLE and not last.endswith("'"):
        last = last.rpartition("'")[2]
    return last in UNFINISHED
