"""The ways to say a line, best first: a person's recording, the configured voice, the spare one.

Decides and names; finds, renders and keeps nothing.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from ivr.audio.frame import to_floats, to_slin, whole_frames
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line, Rate
from ivr.french.spoken import Lexicon, spoken
from ivr.speech.synthesis.recordings import Recording, Recordings
from ivr.speech.synthesis.rendering import Chain, normalise
from ivr.speech.synthesis.stretching import stretched
from ivr.speech.synthesis.synthesizers import Engines, Synthesizer

STANDARD = Chain()
"""How a voice that is not quick is rendered, whatever is set: loudness and speed are made from that."""
NORMAL_WORDS_PER_MINUTE = 150


@dataclass(frozen=True, slots=True)
class Source:
    """What one rendering is made from."""

    key: str
    """Of what is kept."""
    text: str
    rate: Rate
    chain: Chain
    engine: Synthesizer | None = None
    recording: Recording | None = None
    keep: bool = True
    """Whether it may be written to disk."""
    percent: int = 100
    """Speed at which the kept sound is played."""
    target: float = STANDARD.target
    """LUFS at which it is played, where the chain's are others."""

    @property
    def quick(self) -> bool:
        """Whether a caller can wait for it."""
        return self.engine is None or self.engine.quick

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to say."""
        return self.recording is None and not self.text

    @property
    def fitted(self) -> bool:
        """Whether what is kept differs from what is played."""
        return not self.quick and (self.percent != 100 or self.target != self.chain.target)

    @property
    def memory_key(self) -> str:
        """Of what is played."""
        return f"{self.key} {self.percent} {self.target:g}" if self.fitted else self.key

    def fit(self, slin: bytes) -> bytes:
        """Return the kept sound as it is played."""
        samples = stretched(to_floats(slin), self.percent)
        if self.target != self.chain.target:
            samples = normalise(samples, self.target)
        return whole_frames(to_slin(samples))


class Sources:
    """What every line is made from, with the present lexicon, recordings and catalogue."""

    def __init__(
        self, engines: Engines, settings: SpeechSettings, recordings: Recordings, lexicon: Lexicon
    ) -> None:
        self.lexicon = lexicon
        self.recordings = recordings
        self.catalogue: dict[str, str] = {}
        """Prompt → its text, of all that may be kept on disk."""
        self.pieces: tuple[str, ...] = ()
        """Texts, as the voice is given them, from which others are put together."""
        self._engines = engines
        self._chain = Chain(settings.loudness)
        self._percent = settings.words_per_minute * 100 // NORMAL_WORDS_PER_MINUTE

    def of(self, line: Line, rate: Rate) -> list[Source]:
        """Ways to say *line*, best first; the normal rate when a slower one fails is better than nothing."""
        ways: list[Source] = []
        known = self.catalogue.get(line.prompt)
        recording = self.recordings.find(line.prompt)
        if recording is not None and known in (None, line.text):
            key = _key(self._chain.version, recording.digest)
            ways.append(Source(key, "", Rate.NORMAL, self._chain, recording=recording))
        text, keep = self.spoken(line.text), known == line.text
        for engine in (self._engines.first, self._engines.spare):
            if engine is not None and not engine.quick:
                ways.append(self._ahead(engine, text, rate))
            elif engine is not None:
                rates = dict.fromkeys((rate, Rate.NORMAL))
                ways += [self._at_once(engine, text, each, keep) for each in rates]
        return ways

    def piece(self, text: str, whole: Source) -> Source:
        """Return the source of a *text*, as the voice is given it, said as *whole* is."""
        assert whole.engine is not None
        key = rendered_key(whole.engine.version, text)
        return Source(
            key, text, Rate.NORMAL, STANDARD, whole.engine, percent=whole.percent, target=whole.target
        )

    def makeshift(self, source: Source) -> bool:
        """Whether the spare voice speaks because the configured one cannot."""
        return source.engine is not None and source.engine is self._engines.spare

    def spoken(self, text: str) -> str:
        """Return *text* as a voice is given it."""
        return _spoken(text, self.lexicon)

    def kept_keys(self) -> set[str]:
        """Return the keys of all that the catalogue's lines may be kept under, at any rate."""
        lines = [Line(prompt, text) for prompt, text in self.catalogue.items()]
        ways = {way.key for line in lines for rate in Rate for way in self.of(line, rate)}
        return ways | {rendered_key(self._engines.first.version, text) for text in self.pieces}

    def _at_once(self, engine: Synthesizer, text: str, rate: Rate, keep: bool) -> Source:
        key = _key(self._chain.version, engine.version, str(int(rate)), text)
        return Source(key, text, rate, self._chain, engine, keep=keep)

    def _ahead(self, engine: Synthesizer, text: str, rate: Rate) -> Source:
        """What is kept is the same at every rate, speed and loudness; only known texts are ever rendered."""
        key = rendered_key(engine.version, text)
        percent = self._percent * int(rate) // 100
        return Source(key, text, Rate.NORMAL, STANDARD, engine, percent=percent, target=self._chain.target)


def rendered_key(version: str, text: str) -> str:
    """Return the key under which a voice that is not quick keeps *text*, as it was given it."""
    return _key(STANDARD.version, version, str(int(Rate.NORMAL)), text)


@lru_cache(1024)
def _spoken(text: str, lexicon: Lexicon) -> str:
    return spoken(text, lexicon)


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
