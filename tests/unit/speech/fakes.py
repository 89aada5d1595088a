"""A recogniser and a detector that do as they are told."""

import threading
from dataclasses import dataclass, field

from ivr.dialogue.events import Hypothesis
from ivr.speech.recognition.recognizers import Transcript

LOUD = b"\x00\x20" * 160
QUIET = bytes(320)


class LoudVad:
    """A voice is whatever is loud."""

    def step(self, frame: bytes, level: float) -> bool:
        return level > -40


@dataclass
class ScriptedDecoder:
    """Understands its text once it was fed enough audio."""

    text: str
    confidence: float = 1.0
    likelihood: float | None = None
    fed: bytes = b""
    utterances: list[bytes] = field(default_factory=list)

    def feed(self, audio: bytes) -> None:
        if self.text == "!":
            raise RuntimeError("the decoder broke")
        self.fed += audio

    @property
    def partial(self) -> str:
        return self.text if LOUD in self.fed else ""

    def finish(self) -> tuple[Hypothesis, ...]:
        heard = self.partial
        self.utterances.append(self.fed)
        self.fed = b""
        return (Hypothesis(heard, self.confidence),) if heard else ()

    def reset(self) -> None:
        self.fed = b""


@dataclass
class ScriptedRecognizer:
    """Hands out decoders that understand what the test says."""

    free: str = ""
    reply: str = "[unk]"
    confidence: float = 1.0
    restricted: bool = True
    advantage: float = 2.0
    """By which the reply is likelier than the free reading, as a logarithm."""
    support: float = 20.0
    """By which the free reading is likelier than sounds of any kind, where the reply is none."""
    made: list[ScriptedDecoder] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def open(self) -> ScriptedDecoder:
        return self._make(ScriptedDecoder(self.free, likelihood=0.0))

    def closed(self, phrases: tuple[str, ...], *, in_a_row: bool = False) -> ScriptedDecoder | None:
        if not self.restricted:
            return None
        likelihood = -self.support if "[unk]" in self.reply else self.advantage
        return self._make(ScriptedDecoder(self.reply, self.confidence, likelihood))

    def transcribe(self, audio: bytes, rate: int) -> Transcript:
        return Transcript(self.free, ())

    def _make(self, decoder: ScriptedDecoder) -> ScriptedDecoder:
        self.made.append(decoder)
        self.asked.set()
        return decoder
