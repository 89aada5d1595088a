"""The Piper worker, with a stand-in for the package: its voices are large, and none may be shipped."""

import io
import sys
import wave
from pathlib import Path

import pytest

from ivr.config import SpeechSettings
from ivr.errors import ConfigurationError, EngineError
from ivr.speech.synthesis.piper_synthesizer import PiperSynthesizer
from ivr.speech.synthesis.synthesizers import start_synthesizer

pytestmark = pytest.mark.speech

PIPER = '''
"""As much of piper-tts 1.8 as the worker uses, with the signatures of the real one."""
from dataclasses import dataclass

@dataclass
class SynthesisConfig:
    length_scale: float | None = None

class PiperVoice:
    @staticmethod
    def load(model_path):
        open(f"{model_path}.json").close()
        return PiperVoice()

    def synthesize_wav(self, text, wav_file, syn_config=None):
        if text == "burn":
            raise ValueError("no phonemes")
        wav_file.setframerate(22050)
        wav_file.setsampwidth(2)
        wav_file.setnchannels(1)
        print("chatter")
        wav_file.writeframes(b"\\0\\1" * int(2205 * len(text) * syn_config.length_scale))
'''


@pytest.fixture
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    packages = tmp_path / "packages"
    (packages / "piper").mkdir(parents=True)
    (packages / "piper" / "__init__.py").write_text(PIPER)
    (packages / "piper_tts-1.8.0.dist-info").mkdir()
    metadata = packages / "piper_tts-1.8.0.dist-info" / "METADATA"
    metadata.write_text("Metadata-Version: 2.1\nName: piper-tts\nVersion: 1.8.0\n")
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    (tmp_path / "fr.onnx").write_bytes(b"model")
    (tmp_path / "fr.onnx.json").write_text("{}")
    return tmp_path / "fr.onnx"


def seconds(content: bytes) -> float:
    with wave.open(io.BytesIO(content)) as file:
        return file.getnframes() / file.getframerate()


async def test_says_a_text_at_any_rate(voice: Path) -> None:
    """Rate and speed become Piper's length scale; the version names package, model and voice."""
    engine = PiperSynthesizer(SpeechSettings(engine="piper", voice=str(voice), words_per_minute=120))
    try:
        await engine.start()
        assert engine.version.startswith("piper 1.8.0, ")
        assert engine.version.endswith(", fr.onnx, 120")
        assert seconds(await engine.synthesize("Bonjour", 100)) == pytest.approx(0.7 / 0.8, rel=0.01)
        assert seconds(await engine.synthesize("Bonjour", 50)) == pytest.approx(1.4 / 0.8, rel=0.01)
        with pytest.raises(EngineError, match="no phonemes"):
            await engine.synthesize("burn", 100)
        assert engine.restarts == 0
    finally:
        await engine.aclose()


@pytest.mark.parametrize("missing", ["fr.onnx", "fr.onnx.json"])
async def test_both_files_of_a_voice_are_needed(voice: Path, missing: str) -> None:
    """The missing one is named."""
    voice.with_name(missing).unlink()
    with pytest.raises(ConfigurationError, match=rf"{missing}: no such voice file.*pip install piper-tts"):
        await start_synthesizer(SpeechSettings(engine="piper", voice=str(voice)))
